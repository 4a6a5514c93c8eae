import { recordChange } from "../audit-log/index.ts";
import { reports } from "../db/schema/index.ts";
import { insertJob, type JobExecutor } from "../jobs/index.ts";
import { type Context, commit, guarded, newId, requirePermission, type Statement } from "../platform/index.ts";
import { removeFiles } from "./files.ts";
import { ofReport, readRow } from "./stored-report.ts";

/** Deletes a report: it is gone for every reader at once; its PDFs follow in the background. */
export async function deleteReport(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "reports:write");
  const { projectId, fromAt: from, toAt: to } = await readRow(ctx, id);
  await commit(ctx.db, [...removeReport(ctx, id), recordChange(ctx, ctx.db, { action: "report.delete", targetId: id, before: { projectId, from, to } })]);
}

/** What removes a report and asks for its PDFs to follow, as one batch; it fails with `conflict` when it is gone already. */
export function removeReport(ctx: Pick<Context, "db" | "workspaceId" | "now" | "dueJobs">, id: string): Statement[] {
  return [
    ...guarded(ctx.db, ctx.db.delete(reports).where(ofReport(ctx.workspaceId, id))),
    insertJob(ctx, { id: newId("job", ctx.now()), type: "report.purge", input: { reportId: id } }),
  ];
}

/** The executor of `report.purge`: removes the PDFs of a report that was deleted. */
export function purgeReportWith({ store }: { readonly store: R2Bucket }): JobExecutor<"report.purge"> {
  return async ({ workspaceId, input: { reportId } }) => ({ done: true, progress: await removeFiles(store, workspaceId, reportId) });
}
