import { and, eq, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { jobs } from "../db/schema/index.ts";
import type { JobMessage } from "./job.ts";

export interface JobQueue {
  sendBatch(messages: { body: JobMessage }[]): Promise<unknown>;
}

/** Tells the `work` queue that a job is due. Losing the message is harmless: the watchdog finds the row. */
export async function sendJob(queue: JobQueue, workspaceId: string, jobId: string): Promise<void> {
  await queue.sendBatch([{ body: { v: 1, jobId, workspaceId } }]);
}

/** Literal as in the index `jobs_unfinished`: SQLite does not use a partial index for values that are bound later. */
const isUnfinished = sql`${jobs.state} in ('queued', 'running')`;

/** The watchdog: sends what is due and not running, or runs on a lease that ended. At most 100 a call; returns how many. */
export async function sweepJobs(db: Database, queue: JobQueue, now: number): Promise<number> {
  const due = await db
    .select({ id: jobs.id, workspaceId: jobs.workspaceId })
    .from(jobs)
    .where(and(isUnfinished, lte(jobs.dueAt, now), or(eq(jobs.state, "queued"), isNull(jobs.leaseUntil), lt(jobs.leaseUntil, now))))
    .orderBy(jobs.dueAt)
    .limit(100);
  if (due.length > 0) await queue.sendBatch(due.map(({ id, workspaceId }) => ({ body: { v: 1, jobId: id, workspaceId } })));
  return due.length;
}
