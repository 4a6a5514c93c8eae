import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { jobs, reports } from "../db/schema/index.ts";
import type { JobExecutor, JobSlice } from "../jobs/index.ts";
import { AppError, commit, guarded, languages, recordEvent } from "../platform/index.ts";
import { ReportContent, sumsOf } from "./content/content.ts";
import { readContent } from "./content/read-content.ts";
import { keepFile, removeFiles } from "./files.ts";
import type { Fonts } from "./pdf/fonts.ts";
import { type ReportFailure, StoredFailure } from "./schemas.ts";
import { findRow, ofReport, type ReportRow } from "./stored-report.ts";

export interface MakeReportDeps {
  readonly store: R2Bucket;
  /** Asked for each time that a PDF is drawn. */
  readonly fonts: () => Promise<Fonts>;
  /** Where people reach this installation; no slash at the end. */
  readonly publicUrl: () => string;
  readonly now: () => number;
  /** Tells the queue of recorded events; losing this is harmless. */
  readonly announce: (workspaceId: string, eventIds: readonly string[]) => Promise<void>;
}

/** Which PDFs are drawn. */
const Checkpoint = z.object({ drawn: z.array(z.enum(languages)) });

/**
 * The executor of `report.make`: works out what a report says, draws it in every language, and says that it is ready. Each of these is one slice and writes
 * the same again when it runs twice.
 */
export function makeReportWith(deps: MakeReportDeps): JobExecutor<"report.make"> {
  return async ({ db, workspaceId, input: { reportId }, checkpoint }) => {
    const row = await findRow(db, workspaceId, reportId);
    if (row === null) return { done: true, progress: await removeFiles(deps.store, workspaceId, reportId) };
    if (row.state === "failed") throw notMade(StoredFailure.safeParse(row.content).data?.failure ?? "not-made");
    if (row.state === "ready") return { done: true, progress: 0 };
    if (row.content === null) return workOut(db, row);
    const drawn = Checkpoint.safeParse(checkpoint).data?.drawn ?? [];
    const content = ReportContent.parse(row.content);
    const language = languages.find((each) => !drawn.includes(each));
    if (language === undefined) return finish(deps, db, row, content);
    const told = { content, projectId: row.projectId, from: row.fromAt, to: row.toAt, createdAt: row.createdAt };
    // Loaded when it is needed alone: what draws is half as large as all the rest.
    const { drawPdf } = await import("./pdf/draw-pdf.ts");
    const pdf = await drawPdf(told, language, { fonts: await deps.fonts(), publicUrl: deps.publicUrl() });
    await keepFile(deps.store, { workspaceId, reportId, language }, pdf);
    // Whoever deleted it, or its workspace, meanwhile may have looked for files before this one was there.
    if ((await findRow(db, workspaceId, reportId)) === null) return { done: true, progress: await removeFiles(deps.store, workspaceId, reportId) };
    return { done: false, progress: 1, checkpoint: { drawn: [...drawn, language] } };
  };
}

async function workOut(db: Database, { id, workspaceId, projectId, fromAt: from, toAt: to }: ReportRow): Promise<JobSlice> {
  const pending = and(ofReport(workspaceId, id), eq(reports.state, "pending"));
  try {
    const content = await readContent(db, { workspaceId, projectId, from, to });
    await db.update(reports).set({ content }).where(pending);
    return { done: false, progress: 1 + sumsOf(content).sites, checkpoint: { drawn: [] } };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    const failure: ReportFailure = "project-gone";
    await db.update(reports).set({ state: "failed", content: { failure } }).where(pending);
    throw notMade(failure, error);
  }
}

const reasons: { readonly [F in ReportFailure]: string } = {
  "project-gone": "The project that the report is about was deleted before it was made.",
  "not-made": "The report could not be made after several tries.",
};

/** Ends the job, and the run of a schedule with it, as failed: the report says so already. */
const notMade = (failure: ReportFailure, cause?: unknown): AppError => new AppError("gone", reasons[failure], { cause, retryable: false });

async function finish({ store, now, announce }: MakeReportDeps, db: Database, row: ReportRow, content: ReportContent): Promise<JobSlice> {
  const { id: reportId, workspaceId, isSent } = row;
  const outbox: string[] = [];
  const ready = db
    .update(reports)
    .set({ state: "ready", readyAt: now() })
    .where(and(ofReport(workspaceId, reportId), eq(reports.state, "pending")));
  const told = isSent ? [recordEvent({ db, workspaceId, now, outbox }, "report.ready", { reportId })] : [];
  try {
    await commit(db, [...guarded(db, ready), ...told]);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    // Somebody deleted it meanwhile, or another worker was faster.
    if ((await findRow(db, workspaceId, reportId)) === null) await removeFiles(store, workspaceId, reportId);
    return { done: true, progress: 0 };
  }
  await announce(workspaceId, outbox).catch(() => {});
  const { projects, sites, audited, better, worse } = sumsOf(content);
  return { done: true, progress: 1, checkpoint: { reportId, projects, sites, audited, better, worse } };
}

/** What follows when the job of a report failed for good: the report says so. Nothing for other jobs. */
export async function failReport(db: Database, workspaceId: string, jobId: string): Promise<void> {
  const failure: ReportFailure = "not-made";
  const ofJob = db
    .select({ id: sql<string>`${jobs.input} ->> 'reportId'` })
    .from(jobs)
    .where(and(eq(jobs.id, jobId), eq(jobs.workspaceId, workspaceId), eq(jobs.type, "report.make"), eq(jobs.state, "failed")));
  await db
    .update(reports)
    .set({ state: "failed", content: { failure } })
    .where(and(eq(reports.workspaceId, workspaceId), eq(reports.state, "pending"), sql`${reports.id} in ${ofJob}`));
}
