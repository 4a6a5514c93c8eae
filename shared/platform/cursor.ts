import { fromBase64, toBase64Url } from "./base64.ts";
import { AppError } from "./errors.ts";

/** An opaque place in a list: the last key of the page before, and in which order the list was, if there are several. */
export function encodeCursor(key: string | number, order?: string): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(order === undefined ? [key] : [key, order])));
}

/** @throws AppError `invalid` for anything that `encodeCursor` did not make for this kind of key and this order. */
export function decodeCursor(cursor: string, kind: "string", order?: string): string;
export function decodeCursor(cursor: string, kind: "number"): number;
export function decodeCursor(cursor: string, kind: "string" | "number", order?: string): string | number {
  const key = readKey(cursor, order);
  if ((typeof key === "string" && kind === "string") || (typeof key === "number" && kind === "number")) return key;
  const message = "Pass the nextCursor of the page before, unchanged.";
  throw new AppError("invalid", message, { errors: [{ path: "query.cursor", message }] });
}

function readKey(cursor: string, order: string | undefined): unknown {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(fromBase64(cursor)));
    return Array.isArray(parsed) && parsed.length === (order === undefined ? 1 : 2) && parsed[1] === order ? parsed[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Cuts a list that was read one row too far into a page and the cursor of the next; `order` as it is given to `decodeCursor`. */
export function pageOf<T>(rows: readonly T[], limit: number, key: (row: T) => string | number, order?: string): { items: T[]; nextCursor?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last !== undefined ? { items, nextCursor: encodeCursor(key(last), order) } : { items };
}
