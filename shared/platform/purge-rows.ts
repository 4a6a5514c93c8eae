import { type SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "../db/client.ts";
import { minuteMs } from "./clock.ts";

/** Rows that one call looks at, and so the most that it deletes. */
const rowsPerCall = 500;

/**
 * Deletes rows that came to an end, of the few that are this minute's turn: 500 in the order in which SQLite keeps them, the next ones a minute later, and
 * from the first again after the last. That takes no index, which every write would pay for, reads 500 rows however large the table, and comes to
 * each row of a table of a million within a day and a half. Returns how many were deleted.
 */
export async function purgeRows(db: Database, table: SQLiteTable, isOver: SQL | undefined, now: number): Promise<number> {
  const turn = Math.floor(now / minuteMs) * rowsPerCall;
  const first = sql`(select min(rowid) from ${table})`;
  const last = sql`(select max(rowid) from ${table})`;
  const turnOfThese = sql`select rowid from ${table} where rowid >= ${first} + ${turn} % (${last} - ${first} + 1) order by rowid limit ${rowsPerCall}`;
  const { meta } = await db.delete(table).where(sql`rowid in (${turnOfThese}) and (${isOver})`);
  return meta.changes;
}
