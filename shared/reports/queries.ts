import { and, desc, eq, lt } from "drizzle-orm";
import { reports } from "../db/schema/index.ts";
import { type Context, decodeCursor, Id, type Language, pageOf, requirePermission } from "../platform/index.ts";
import { fileOf } from "./files.ts";
import type { ListReportsQuery, ReportList, StakeholderReport } from "./schemas.ts";
import { readReady, readRow, toReport, toSummary } from "./stored-report.ts";
import { renderMarkdown } from "./text/markdown.ts";

/** The workspace's reports, newest first, without what they say. */
export async function listReports(ctx: Context, { limit, cursor, projectId }: ListReportsQuery): Promise<ReportList> {
  requirePermission(ctx, "reports:read");
  const rows = await ctx.db.query.reports.findMany({
    columns: { workspaceId: false },
    where: and(
      eq(reports.workspaceId, ctx.workspaceId),
      projectId === undefined ? undefined : eq(reports.projectId, projectId),
      cursor === undefined ? undefined : lt(reports.id, decodeCursor(cursor, Id("report"))),
    ),
    orderBy: desc(reports.id),
    limit: limit + 1,
  });
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map(toSummary), ...rest };
}

/** @throws AppError `not_found` also for another workspace's report */
export async function getReport(ctx: Context, id: string): Promise<StakeholderReport> {
  requirePermission(ctx, "reports:read");
  return toReport(await readRow(ctx, id));
}

/** When a report was asked for, which files of it are named for. */
interface Readable {
  readonly createdAt: number;
}

/** A report as Markdown. @throws AppError `not_found`, `conflict` while it is not ready */
export async function getReportMarkdown(ctx: Context, id: string, language: Language): Promise<Readable & { readonly text: string }> {
  const { told } = await readReady(ctx, id);
  return { text: renderMarkdown(told, language, ctx.publicUrl), createdAt: told.createdAt };
}

/** A report as PDF. @throws AppError `not_found`, `conflict` while it is not ready */
export async function getReportPdf(
  ctx: Context,
  store: R2Bucket,
  id: string,
  language: Language,
): Promise<Readable & { readonly body: ReadableStream<Uint8Array> }> {
  const { told } = await readReady(ctx, id);
  return { body: await fileOf(store, ctx.workspaceId, id, language), createdAt: told.createdAt };
}
