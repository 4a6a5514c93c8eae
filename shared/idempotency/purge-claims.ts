import { lte } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { idempotency } from "../db/schema/index.ts";
import { purgeRows } from "../platform/index.ts";
import { keptMs } from "./claim-row.ts";

/** Deletes requests that are forgotten anyway, with their answers, of the rows whose turn it is. Returns how many. */
export function purgeClaims(db: Database, now: number): Promise<number> {
  return purgeRows(db, idempotency, lte(idempotency.createdAt, now - keptMs), now);
}
