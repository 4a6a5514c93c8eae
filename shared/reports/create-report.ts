import { recordChange } from "../audit-log/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { type Context, commitOr, requirePermission, versionClash } from "../platform/index.ts";
import { requireProject } from "../projects/index.ts";
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
  await requireProject(ctx, projectId);
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
