import { bySystem, recordChange } from "../../audit-log/index.ts";
import { insertJob } from "../../jobs/index.ts";
import { AppError, newId } from "../../platform/index.ts";
import { hasProject } from "../../projects/index.ts";
import { holdRoom, insertReport, requireRoom } from "../../reports/index.ts";
import type { Start } from "./start.ts";

/** Has a report made of the time before the one that was planned, and sent; as seldom as when somebody asks for it. */
export const startReport: Start<"report"> = async (starting, { projectId = null, days }) => {
  if (projectId !== null && !(await hasProject(starting, projectId))) throw new AppError("not_found", "The project that the report is about was deleted.");
  const { db, workspaceId, scheduleId, occurrence: to, createdBy, now } = starting;
  const room = { db, workspaceId, now, projectId, isSent: true };
  await requireRoom(room);
  const { report, jobId, statements } = insertReport(starting, { projectId, to, days, isSent: true, createdBy });
  const who = { ...bySystem, now, workspaceId };
  const entry = recordChange(who, db, { action: "report.create", targetId: report.id, after: { projectId, days, send: true, scheduleId } });
  return { startedId: jobId, statements: [...holdRoom(room), ...statements, entry] };
};

/** Has a report made for every workspace with projects. */
export const startEveryReport: Start<"every-report"> = async (starting, { days }) => {
  const id = newId("job", starting.now());
  return {
    startedId: id,
    statements: [insertJob(starting, { id, type: "reports.start", input: { days, to: starting.occurrence, scheduleId: starting.scheduleId } })],
  };
};
