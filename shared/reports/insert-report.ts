import type { Database } from "../db/client.ts";
import { reports } from "../db/schema/index.ts";
import { insertJob } from "../jobs/index.ts";
import { type DueJob, dayMs, newId, type Statement } from "../platform/index.ts";
import type { ReportSummary } from "./schemas.ts";

/** Who has a report made, and where. */
interface Maker {
  readonly db: Database;
  readonly workspaceId: string;
  readonly now: () => number;
  readonly dueJobs: DueJob[];
}

export interface NewReport {
  /** Of the report and of its job, when it may be asked for twice: then it is made once. */
  readonly ids?: { readonly reportId: string; readonly jobId: string };
  readonly projectId: string | null;
  /** End of its time, in ms since 1970. */
  readonly to: number;
  readonly days: number;
  readonly isSent: boolean;
  readonly createdBy: string | null;
}

/** A report that is to be made, and the statements that accept it with its job; they belong in one batch. */
export function insertReport(maker: Maker, { ids, projectId, to, days, isSent, createdBy }: NewReport) {
  const { db, workspaceId } = maker;
  const createdAt = maker.now();
  const { reportId: id, jobId } = ids ?? { reportId: newId("report", createdAt), jobId: newId("job", createdAt) };
  const from = Math.max(0, to - days * dayMs);
  const report: ReportSummary = { id, projectId, from, to, state: "pending", failure: null, isSent, createdBy, createdAt, readyAt: null };
  const statements: Statement[] = [
    db.insert(reports).values({ id, workspaceId, projectId, fromAt: from, toAt: to, state: "pending", isSent, createdBy, createdAt }).onConflictDoNothing(),
    insertJob(maker, { id: jobId, type: "report.make", input: { reportId: id } }),
  ];
  return { report, jobId, statements };
}
