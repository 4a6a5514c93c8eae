import { and, eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { reports } from "../db/schema/index.ts";
import { AppError, type Context, requirePermission } from "../platform/index.ts";
import { ReportContent } from "./content/content.ts";
import { type ReportSummary, type StakeholderReport, StoredFailure } from "./schemas.ts";
import type { Told } from "./text/tell.ts";

export type ReportRow = typeof reports.$inferSelect;

export const ofReport = (workspaceId: string, id: string) => and(eq(reports.id, id), eq(reports.workspaceId, workspaceId));

export async function findRow(db: Database, workspaceId: string, id: string): Promise<ReportRow | null> {
  return (await db.query.reports.findFirst({ where: ofReport(workspaceId, id) })) ?? null;
}

const noSuchReport = (): AppError => new AppError("not_found", "There is no such report.");

/** For verbs that asked for a permission of their own. @throws AppError `not_found` also for another workspace's */
export async function readRow({ db, workspaceId }: Pick<Context, "db" | "workspaceId">, id: string): Promise<ReportRow> {
  const row = await findRow(db, workspaceId, id);
  if (row === null) throw noSuchReport();
  return row;
}

/** @throws AppError `not_found`, `conflict` while it is not ready */
export async function readReady(ctx: Pick<Context, "db" | "workspaceId" | "actor">, id: string): Promise<{ readonly row: ReportRow; readonly told: Told }> {
  requirePermission(ctx, "reports:read");
  const row = await readRow(ctx, id);
  if (row.state === "failed") throw new AppError("conflict", "This report could not be made; its `failure` says why. Ask for another one.");
  const told = toldOf(row);
  if (told === null) throw new AppError("conflict", "This report is not ready yet. Ask again in a moment.");
  return { row, told };
}

/** What a report that is ready tells; null for others. */
export function toldOf(row: ReportRow): Told | null {
  if (row.state !== "ready") return null;
  const { projectId, fromAt: from, toAt: to, createdAt } = row;
  return { content: ReportContent.parse(row.content), projectId, from, to, createdAt };
}

export function toSummary(row: Omit<ReportRow, "workspaceId">): ReportSummary {
  const { id, projectId, fromAt: from, toAt: to, state, content, isSent, createdBy, createdAt, readyAt } = row;
  const failure = state === "failed" ? (StoredFailure.safeParse(content).data?.failure ?? "not-made") : null;
  return { id, projectId, from, to, state, failure, isSent, createdBy, createdAt, readyAt };
}

export function toReport(row: ReportRow): StakeholderReport {
  return { ...toSummary(row), content: toldOf(row)?.content ?? null };
}
