import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { projects } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { AppError, type Context, commitOr, requirePermission, versionClash } from "../platform/index.ts";
import { insertReport } from "./insert-report.ts";
import { holdRoom, requireRoom } from "./room.ts";
import type { CreateReportInput, ReportSummary } from "./schemas.ts";

/**
 * Accepts a report, which is made in the background.
 * @throws AppError `invalid` for a project that the workspace does not have; `conflict` when too many wait, or were sent
 */
export async function createReport(ctx: Context, { days, send, ...asked }: CreateReportInput): Promise<ReportSummary> {
  requirePermission(ctx, "reports:write");
  const projectId = asked.projectId ?? null;
  if (projectId !== null) await requireProject(ctx, projectId);
  const { report, statements } = insertReport(ctx, { projectId, to: ctx.now(), days, isSent: send, createdBy: ctx.actor.userId });
  const room = { ...ctx, projectId, isSent: send };
  await commitOr(
    ctx.db,
    [
      ...holdRoom(room),
      ...statements,
      recordChange(ctx, ctx.db, { action: "report.create", targetId: report.id, after: { projectId, days, send } }),
      ...(await keepAnswer(ctx, ctx.db, report)),
    ],
    async () => {
      await requireRoom(room);
      return versionClash(undefined);
    },
  );
  return report;
}

async function requireProject({ db, workspaceId }: Context, projectId: string): Promise<void> {
  const where = and(eq(projects.id, projectId), eq(projects.workspaceId, workspaceId));
  if ((await db.query.projects.findFirst({ columns: { id: true }, where })) !== undefined) return;
  const message = "There is no such project in this workspace.";
  throw new AppError("invalid", message, { errors: [{ path: "body.projectId", message }] });
}
