import { and, eq, inArray, isNull } from "drizzle-orm";
import { audits } from "../db/schema/index.ts";
import { AppError, type Context, commit, guarded, recordEvent, requirePermission } from "../platform/index.ts";
import { readAudit } from "./queries.ts";
import type { Audit } from "./schemas.ts";

/**
 * Cancels an audit that has not ended. What was found so far stays readable; no score is given.
 * @throws AppError `conflict` when it ended first: then nothing is published.
 */
export async function cancelAudit(ctx: Context, auditId: string): Promise<Audit> {
  requirePermission(ctx, "audits:write");
  const audit = await readAudit(ctx, auditId);
  const move = ctx.db
    .update(audits)
    .set({ status: "cancelled", finishedAt: ctx.now() })
    .where(and(eq(audits.id, auditId), eq(audits.workspaceId, ctx.workspaceId), isNull(audits.deletedAt), inArray(audits.status, ["queued", "running"])));
  try {
    await commit(ctx.db, [...guarded(ctx.db, move), recordEvent(ctx, "audit.cancelled", { auditId })]);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
    throw new AppError(
      "conflict",
      `This audit is ${audit.status === "running" || audit.status === "queued" ? "no longer running" : audit.status}; there is nothing to cancel.`,
      { cause: error },
    );
  }
  return readAudit(ctx, auditId);
}
