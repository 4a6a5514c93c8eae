import { lt } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { usage } from "../db/schema/index.ts";
import { dayAt, dayMs, purgeRows } from "../platform/index.ts";

/** A year and the month to compare it with. */
const keptMs = 400 * dayMs;

/** Deletes the usage of days that are long over, of the rows whose turn it is. Returns how many. */
export function purgeUsage(db: Database, now: number): Promise<number> {
  return purgeRows(db, usage, lt(usage.day, dayAt(now - keptMs)), now);
}
