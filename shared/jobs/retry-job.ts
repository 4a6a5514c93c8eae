import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { type Database, installationId } from "../db/client.ts";
import { jobs } from "../db/schema/index.ts";
import { AppError, type Context, commitAsOperator, guarded, requirePermission } from "../platform/index.ts";
import { findJob } from "./find-job.ts";

/**
 * Starts a job again that failed for good, with as many tries as a new one; what it did already is not done again.
 * @throws AppError `not_found`, `conflict` for one that did not fail
 */
export async function retryJob(ctx: Context, databases: readonly Database[], id: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { db, job } = await findJob(databases, id);
  const { type, state, failures, workspaceId } = job;
  if (state !== "failed") throw notFailed(state);
  const now = ctx.now();
  const write = db
    .update(jobs)
    .set({ state: "queued", failures: 0, error: null, leaseUntil: null, dueAt: now, updatedAt: now })
    .where(and(eq(jobs.id, id), eq(jobs.state, "failed")));
  const change = { before: { type, state, failures }, after: { state: "queued" } };
  const entry = recordChange(ctx, db, { action: "job.retry", targetId: id, workspaceId: installationId, ...change });
  await commitAsOperator(ctx, db, [...guarded(db, write), entry], async () => notFailed((await findJob(databases, id)).job.state));
  ctx.dueJobs.push({ workspaceId, jobId: id });
}

function notFailed(state: string): AppError {
  return new AppError("conflict", `This job is ${state}: only one that failed for good can be started again.`);
}
