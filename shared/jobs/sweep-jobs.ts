import { and, asc, eq, isNull, lt, lte, or, sql } from "drizzle-orm";
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

/** A queue takes so many messages at once. */
const jobsPerSweep = 100;

/**
 * The watchdog: sends what is due and not running, or runs on a lease that ended. At most 100 a call, those of each workspace in turn: one with many does not
 * keep others waiting. Returns how many.
 */
export async function sweepJobs(db: Database, queue: JobQueue, now: number): Promise<number> {
  const turn = sql<number>`row_number() over (partition by ${jobs.workspaceId} order by ${jobs.dueAt}, ${jobs.id})`;
  const turns = db
    .select({ id: jobs.id, workspaceId: jobs.workspaceId, dueAt: jobs.dueAt, turn: turn.as("turn") })
    .from(jobs)
    .where(and(isUnfinished, lte(jobs.dueAt, now), or(eq(jobs.state, "queued"), isNull(jobs.leaseUntil), lt(jobs.leaseUntil, now))))
    .as("turns");
  const due = await db.select({ id: turns.id, workspaceId: turns.workspaceId }).from(turns).orderBy(asc(turns.turn), asc(turns.dueAt)).limit(jobsPerSweep);
  if (due.length > 0) await queue.sendBatch(due.map(({ id, workspaceId }) => ({ body: { v: 1, jobId: id, workspaceId } })));
  return due.length;
}
