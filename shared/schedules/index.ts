export { makeBuiltIns } from "./built-ins.ts";
export { createSchedule } from "./create-schedule.ts";
export { deleteSchedule } from "./delete-schedule.ts";
export { eraseSchedules } from "./erase-schedules.ts";
export {
  getInstallationSchedule,
  listInstallationRuns,
  listInstallationSchedules,
  nextInstallationTimes,
  pauseInstallationSchedule,
  resumeInstallationSchedule,
  runInstallationSchedule,
  updateInstallationSchedule,
} from "./installation-schedules.ts";
export { pauseSchedule, resumeSchedule } from "./pause-schedule.ts";
export { getSchedule, listScheduleRuns, listSchedules, nextTimes, previewTimes } from "./queries.ts";
export { runSchedule } from "./run-schedule.ts";
export * from "./schemas.ts";
export { settleRuns } from "./settle-runs.ts";
export { startDue } from "./start-due.ts";
export { startRun } from "./start-run.ts";
export { startAuditsWith } from "./targets/start-audits.ts";
export { starts } from "./targets/starts.ts";
export { updateSchedule } from "./update-schedule.ts";
