import { asc, desc, gt, lt, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { decodeCursor } from "./cursor.ts";
import type { IdKind } from "./ids.ts";
import { Id, ListQuery } from "./wire.ts";

/** Query of a list that can be read from either end. */
export const TimedListQuery = ListQuery.extend({ sort: z.enum(["newest", "oldest"]).default("newest").describe("Which come first") });
export type TimedListQuery = z.infer<typeof TimedListQuery>;

/**
 * A list by ids of one kind, which sort by time: what is left of it behind the cursor, in which order, and for `pageOf` the name of an order that is not
 * the usual one.
 * @throws AppError `invalid` also for a cursor of another list, and of the other order, which would show again what was shown
 */
export function timeOrder(
  id: SQLiteColumn,
  kind: IdKind,
  { sort, cursor }: TimedListQuery,
): { rest: SQL | undefined; orderBy: SQL; order: string | undefined } {
  const isNewest = sort === "newest";
  const order = isNewest ? undefined : sort;
  const last = cursor === undefined ? undefined : decodeCursor(cursor, Id(kind), order);
  return { rest: last === undefined ? undefined : (isNewest ? lt : gt)(id, last), orderBy: (isNewest ? desc : asc)(id), order };
}
