import { and, asc, eq, gt, isNull } from "drizzle-orm";
import { z } from "zod";
import { bySystem, recordChange } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { projects, workspaces } from "../db/schema/index.ts";
import { isPeopled } from "../identity/index.ts";
import type { JobExecutor, JobInput } from "../jobs/index.ts";
import { AppError, commit, type DueJob, derivedIdAt, refuseWhere, sha256, timeOf } from "../platform/index.ts";
import { insertReport } from "./insert-report.ts";
import { wasAccepted } from "./room.ts";

export interface StartReportsDeps {
  readonly databaseOf: (workspaceId: string) => Database;
  readonly now: () => number;
  /** Tells the queue of accepted jobs; losing this is harmless. */
  readonly send: (due: DueJob) => Promise<void>;
}

const workspacesPerSlice = 20;

/** How far it came; at its end, how many reports were started. */
const Checkpoint = z.object({ after: z.string(), started: z.int() });

/** The executor of `reports.start`: accepts a report for every workspace with projects that is neither suspended nor deleted, once for each job. */
export function startReportsWith({ databaseOf, now, send }: StartReportsDeps): JobExecutor<"reports.start"> {
  return async ({ db: directory, jobId, input, checkpoint }) => {
    const { after, started } = Checkpoint.safeParse(checkpoint).data ?? { after: "", started: 0 };
    const rows = await directory
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(and(gt(workspaces.id, after), isNull(workspaces.suspendedAt), isPeopled(directory)))
      .orderBy(asc(workspaces.id))
      .limit(workspacesPerSlice);
    const last = rows.at(-1);
    if (last === undefined) return { done: true, progress: 0, checkpoint: { started } };
    let more = 0;
    for (const { id: workspaceId } of rows) {
      const db = databaseOf(workspaceId);
      if ((await db.query.projects.findFirst({ columns: { id: true }, where: eq(projects.workspaceId, workspaceId) })) === undefined) continue;
      const dueJobs: DueJob[] = [];
      await accept({ db, workspaceId, now, dueJobs }, jobId, input);
      for (const due of dueJobs) await send(due).catch(() => {});
      more += 1;
    }
    return { done: false, progress: rows.length, checkpoint: { after: last.id, started: started + more } };
  };
}

interface Accepting {
  readonly db: Database;
  readonly workspaceId: string;
  readonly now: () => number;
  readonly dueJobs: DueJob[];
}

/** Accepts the report of one workspace, with its entry in the audit log; nothing when the slice ran before, of which its ids tell: they follow from the job's. */
async function accept(maker: Accepting, jobId: string, { days, to, scheduleId }: JobInput<"reports.start">): Promise<void> {
  const { db, workspaceId, now } = maker;
  const bytes = await sha256(`${jobId}\n${workspaceId}`);
  const at = timeOf(jobId);
  const ids = { reportId: derivedIdAt("report", at, bytes), jobId: derivedIdAt("job", at, bytes) };
  const { report, statements } = insertReport(maker, { ids, projectId: null, to, days, isSent: true, createdBy: null });
  const after = { projectId: null, days, send: true, scheduleId };
  const entry = recordChange({ ...bySystem, now, workspaceId }, db, { action: "report.create", targetId: report.id, after });
  try {
    await commit(db, [refuseWhere(db, wasAccepted(maker, report.id)), ...statements, entry]);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  }
}
