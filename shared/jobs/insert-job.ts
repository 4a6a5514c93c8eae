import { jobs } from "../db/schema/index.ts";
import type { Context, Statement } from "../platform/index.ts";
import type { JobInput, JobType } from "./job.ts";

/**
 * The statement that accepts a job; it belongs in the batch of the change that asks for it. One that is due later (ms since 1970) is found by the sweep.
 * The same id again changes nothing.
 */
export function insertJob<T extends JobType>(
  ctx: Pick<Context, "db" | "workspaceId" | "now" | "dueJobs">,
  { dueAt, ...job }: { id: string; type: T; input: JobInput<T>; dueAt?: number },
): Statement {
  const now = ctx.now();
  if (dueAt === undefined) ctx.dueJobs.push({ workspaceId: ctx.workspaceId, jobId: job.id });
  return ctx.db
    .insert(jobs)
    .values({ ...job, workspaceId: ctx.workspaceId, state: "queued", dueAt: dueAt ?? now, createdAt: now, updatedAt: now })
    .onConflictDoNothing();
}
