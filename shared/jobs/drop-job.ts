import { and, eq, inArray } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { type Database, installationId } from "../db/client.ts";
import { jobs } from "../db/schema/index.ts";
import { AppError, type Context, commitAsOperator, guarded, requirePermission } from "../platform/index.ts";
import { findJob } from "./find-job.ts";

/** What removes something: somebody was told that it is done. */
const isRemoval = (type: string): boolean => /\.(?:erase|purge)$/.test(type);

/**
 * Removes a job that waits or failed; its work is not done. One that deletes something stays, whatever becomes of it.
 * @throws AppError `not_found`, `conflict` for one that runs, succeeded or deletes something
 */
export async function dropJob(ctx: Context, databases: readonly Database[], id: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { db, job } = await findJob(databases, id);
  const { type, state, failures } = job;
  requireDroppable(job);
  const write = db.delete(jobs).where(and(eq(jobs.id, id), eq(jobs.type, type), inArray(jobs.state, ["queued", "failed"])));
  const entry = recordChange(ctx, db, { action: "job.drop", targetId: id, before: { type, state, failures }, workspaceId: installationId });
  await commitAsOperator(ctx, db, [...guarded(db, write), entry], async () => {
    requireDroppable((await findJob(databases, id)).job);
    return new AppError("conflict", "This job was at work at that moment. Try again.");
  });
}

function requireDroppable({ type, state }: { readonly type: string; readonly state: string }): void {
  if (isRemoval(type))
    throw new AppError(
      "conflict",
      `This job (${type}) removes what somebody was told is deleted, so it cannot be dropped. Start it again once the cause is gone.`,
    );
  if (state === "running") throw new AppError("conflict", "This job is running. It can be dropped while it waits, or when it failed.");
  if (state === "succeeded") throw new AppError("conflict", "This job is done; there is nothing to drop.");
}
