import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

/** Whether a column has one of these values. They are one parameter, however many there are: D1 takes a hundred at most. */
export const isOneOf = (column: SQLiteColumn | SQL, values: readonly (string | number)[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify([...new Set(values)])}))`;
