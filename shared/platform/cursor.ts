import type { z } from "zod";
import { fromBase64, toBase64Url } from "./base64.ts";
import { AppError } from "./errors.ts";

/** Where in its order a row stands: a value of one column, or of several. */
type CursorKey = string | number | readonly (string | number)[];

/**
 * An opaque place in a list: the key of the last row of the page before. `list` names the list, or its order, where the key itself does not
 * say to which it belongs, as an id does.
 */
export function encodeCursor(key: CursorKey, list?: string): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(list === undefined ? [key] : [key, list])));
}

/** @throws AppError `invalid` for anything that `encodeCursor` did not make of such a key for this list */
export function decodeCursor<T extends CursorKey>(cursor: string, key: z.ZodType<T>, list?: string): T {
  const { success, data } = key.safeParse(readKey(cursor, list));
  if (success) return data;
  const message = "Pass the nextCursor of the page before, unchanged.";
  throw new AppError("invalid", message, { errors: [{ path: "query.cursor", message }] });
}

function readKey(cursor: string, list: string | undefined): unknown {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(fromBase64(cursor)));
    return Array.isArray(parsed) && parsed.length === (list === undefined ? 1 : 2) && parsed[1] === list ? parsed[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Cuts a list that was read one row too far into a page and the cursor of the next; `list` as it is given to `decodeCursor`. */
export function pageOf<T>(rows: readonly T[], limit: number, key: (row: T) => CursorKey, list?: string): { items: T[]; nextCursor?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, nextCursor: encodeCursor(key(last), list) } : { items };
}
