import { and, eq, inArray, isNull } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { audits } from "../db/schema/index.ts";
import { AppError, type Context, commit, errorFields, guarded, recordEvent, requirePermission } from "../platform/index.ts";
import type { Crawls } from "./crawls.ts";
import { readAudit } from "./queries.ts";
import { type Audit, hasEnded } from "./schemas.ts";

/**
 * Cancels an audit that has not ended. What was found so far is written down first and stays readable; no score is given.
 * @throws AppError `conflict` when it ended first: then nothing is published.
 */
export async function cancelAudit(ctx: Context, crawls: Crawls, auditId: string): Promise<Audit> {
  requirePermission(ctx, "audits:write");
  const audit = await readAudit(ctx, auditId);
  try {
    await endUnfinished(ctx, crawls, audit);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
    throw new AppError("conflict", `This audit is ${hasEnded(audit.status) ? audit.status : "no longer running"}; there is nothing to cancel.`, {
      cause: error,
    });
  }
  return readAudit(ctx, auditId);
}

/** Who cancels: somebody in the workspace, or Mentha. */
export type Canceller = Parameters<typeof recordChange>[0] & Pick<Context, "db" | "workspaceId" | "outbox" | "log">;

/** Ends an audit that was queued or running a moment ago, as cancelled. @throws AppError `conflict` when it ended first */
export async function endUnfinished(who: Canceller, crawls: Crawls, { id: auditId, status }: Pick<Audit, "id" | "status">): Promise<void> {
  const { db, workspaceId, log } = who;
  // Losing the last findings is no reason to go on fetching: a crawl that cannot write is cancelled all the same.
  if (status === "running") await crawls.flush(auditId).catch((error: unknown) => log.warn("flush before cancel failed", { auditId, ...errorFields(error) }));
  const move = db
    .update(audits)
    .set({ status: "cancelled", finishedAt: who.now(), sealedHeaders: null })
    .where(and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt), inArray(audits.status, ["queued", "running"])));
  await commit(db, [
    ...guarded(db, move),
    recordChange(who, db, { action: "audit.cancel", targetId: auditId, before: { status }, after: { status: "cancelled" } }),
    recordEvent(who, "audit.cancelled", { auditId }),
  ]);
}
