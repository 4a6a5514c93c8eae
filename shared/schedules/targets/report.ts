import { and, eq } from "drizzle-orm";
import { noRequest, recordChange } from "../../audit-log/index.ts";
import { projects } from "../../db/schema/index.ts";
import { insertJob } from "../../jobs/index.ts";
import { AppError, newId } from "../../platform/index.ts";
import { insertReport } from "../../reports/index.ts";
import type { Start, Starting } from "./start.ts";

/** Has a report made of the time before the one that was planned, and sent. */
export const startReport: Start<"report"> = async (starting, { projectId = null, days }) => {
  if (projectId !== null) await requireProject(starting, projectId);
  const { db, workspaceId, scheduleId, occurrence: to, createdBy, now } = starting;
  const { report, jobId, statements } = insertReport(starting, { projectId, to, days, isSent: true, createdBy });
  const who = { now, workspaceId, requestId: noRequest, client: { ip: null, userAgent: null }, actor: { kind: "system" } } as const;
  const entry = recordChange(who, db, { action: "report.create", targetId: report.id, after: { projectId, days, send: true, scheduleId } });
  return { startedId: jobId, statements: [...statements, entry] };
};

/** Has a report made for every workspace with projects. */
export const startEveryReport: Start<"every-report"> = async (starting, { days }) => {
  const id = newId("job", starting.now());
  return { startedId: id, statements: [insertJob(starting, { id, type: "reports.start", input: { days, to: starting.occurrence } })] };
};

async function requireProject({ db, workspaceId }: Starting, projectId: string): Promise<void> {
  const [found] = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.id, projectId), eq(projects.workspaceId, workspaceId)));
  if (found === undefined) throw new AppError("not_found", "The project that the report is about was deleted.");
}
