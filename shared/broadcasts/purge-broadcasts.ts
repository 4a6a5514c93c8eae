import { lte } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { broadcasts } from "../db/schema/index.ts";
import { dayMs, purgeRows } from "../platform/index.ts";

/** How long operators still see what was told. */
const keptMs = 30 * dayMs;

/** Deletes broadcasts that ended some time ago, of the rows whose turn it is. Returns how many. */
export function purgeBroadcasts(db: Database, now: number): Promise<number> {
  return purgeRows(db, broadcasts, lte(broadcasts.expiresAt, now - keptMs), now);
}
