import { and, eq, lte, or } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { jobs } from "../db/schema/index.ts";
import { dayMs, purgeRows } from "../platform/index.ts";

/** A failed job says what went wrong to whoever looks; one that succeeded says nothing, and may hold an e-mail address. */
const keptMs = { succeeded: dayMs, failed: 30 * dayMs };

/** Deletes jobs that ended some time ago, of the rows whose turn it is. Nothing reads them. Returns how many. */
export function purgeJobs(db: Database, now: number): Promise<number> {
  const endedFor = (state: keyof typeof keptMs) => and(eq(jobs.state, state), lte(jobs.updatedAt, now - keptMs[state]));
  return purgeRows(db, jobs, or(endedFor("succeeded"), endedFor("failed")), now);
}
