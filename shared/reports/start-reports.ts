import { and, asc, eq, gt, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { projects, workspaces } from "../db/schema/index.ts";
import type { JobExecutor } from "../jobs/index.ts";
import { commit, type DueJob, derivedId, sha256 } from "../platform/index.ts";
import { insertReport } from "./insert-report.ts";

export interface StartReportsDeps {
  readonly databaseOf: (workspaceId: string) => Database;
  readonly now: () => number;
  /** Tells the queue of accepted jobs; losing this is harmless. */
  readonly send: (due: DueJob) => Promise<void>;
}

const workspacesPerSlice = 20;

/** How far it came; at its end, how many reports were started. */
const Checkpoint = z.object({ after: z.string(), started: z.int() });

/** The executor of `reports.start`: accepts a report for every workspace with projects that is not suspended, once for each job. */
export function startReportsWith({ databaseOf, now, send }: StartReportsDeps): JobExecutor<"reports.start"> {
  return async ({ db: directory, jobId, input: { days, to }, checkpoint }) => {
    const { after, started } = Checkpoint.safeParse(checkpoint).data ?? { after: "", started: 0 };
    const rows = await directory
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(and(gt(workspaces.id, after), isNull(workspaces.suspendedAt)))
      .orderBy(asc(workspaces.id))
      .limit(workspacesPerSlice);
    const last = rows.at(-1);
    if (last === undefined) return { done: true, progress: 0, checkpoint: { started } };
    let more = 0;
    for (const { id: workspaceId } of rows) {
      const db = databaseOf(workspaceId);
      if ((await db.query.projects.findFirst({ columns: { id: true }, where: eq(projects.workspaceId, workspaceId) })) === undefined) continue;
      // The same when the slice runs again.
      const bytes = await sha256(`${jobId}\n${workspaceId}`);
      const ids = { reportId: derivedId("report", bytes), jobId: derivedId("job", bytes) };
      const dueJobs: DueJob[] = [];
      const { statements } = insertReport({ db, workspaceId, now, dueJobs }, { ids, projectId: null, to, days, isSent: true, createdBy: null });
      await commit(db, statements);
      for (const due of dueJobs) await send(due).catch(() => {});
      more += 1;
    }
    return { done: false, progress: rows.length, checkpoint: { after: last.id, started: started + more } };
  };
}
