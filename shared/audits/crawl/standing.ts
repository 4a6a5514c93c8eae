import { and, eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { audits } from "../../db/schema/index.ts";
import { AppError, commit, type Statement } from "../../platform/index.ts";

/** What writing a crawl to the database needs; every write of it holds only while the audit is running. */
export interface ProjectionContext {
  readonly db: Database;
  readonly auditId: string;
  readonly workspaceId: string;
  readonly now: () => number;
  /** Ids of recorded events, to be sent once this one write is committed. */
  readonly outbox: string[];
}

/** Whether the write holds. `lost`: the audit was cancelled, deleted or ended by somebody else. */
export type Standing = "held" | "lost";

/** The audit, as long as it is running. */
export const running = (ctx: ProjectionContext) => and(eq(audits.id, ctx.auditId), eq(audits.workspaceId, ctx.workspaceId), eq(audits.status, "running"));

/**
 * Commits; on a conflict looks who won. Finding `own` there means that our own earlier write did, and only its answer was lost
 * (a database may fail after it committed): its event was written with it, so the one recorded now is forgotten.
 */
export async function settle(ctx: ProjectionContext, statements: readonly Statement[], own: "running" | "completed" | "failed"): Promise<Standing> {
  try {
    await commit(ctx.db, statements);
    return "held";
  } catch (error) {
    ctx.outbox.length = 0;
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
    const [row] = await ctx.db.select({ status: audits.status }).from(audits).where(eq(audits.id, ctx.auditId));
    // Nobody ended it: what it is to be compared with changed.
    if (row?.status === "running" && own === "completed") throw error;
    return row?.status === own ? "held" : "lost";
  }
}
