import { z } from "zod";
import { Id } from "../../../../shared/platform/index.ts";
import {
  getInstallationSchedule,
  InstallationSchedule,
  InstallationScheduleList,
  ListScheduleRunsQuery,
  ListSchedulesQuery,
  listInstallationRuns,
  listInstallationSchedules,
  NextTimes,
  NextTimesQuery,
  nextInstallationTimes,
  pauseInstallationSchedule,
  resumeInstallationSchedule,
  runInstallationSchedule,
  ScheduleRun,
  ScheduleRunList,
  UpdateInstallationScheduleInput,
  updateInstallationSchedule,
} from "../../../../shared/schedules/index.ts";
import { api, get, patch, post } from "../../route.ts";
import { askedRunExample, installationScheduleExample, nextTimesExample, scheduleRunExample } from "../../schedule-examples.ts";
import { etagOf, ifVersionOf } from "../../versions.ts";

const params = z.object({ id: Id("schedule").describe("Id of the schedule") });

const list = get("/api/admin/schedules", {
  id: "listInstallationSchedules",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List schedules of the installation",
  description: "What Mentha does by itself for the whole installation: audits and reports for every workspace, deletion of what is old, backups, a digest.",
  query: ListSchedulesQuery,
  ok: InstallationScheduleList,
  examples: { answer: { items: [installationScheduleExample] } },
});

const read = get("/api/admin/schedules/{id}", {
  id: "getInstallationSchedule",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  versioned: true,
  summary: "Read a schedule of the installation",
  description: "A schedule of the installation, and when it comes next.",
  params,
  ok: InstallationSchedule,
  examples: { answer: installationScheduleExample },
});

const update = patch("/api/admin/schedules/{id}", {
  id: "updateInstallationSchedule",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  versioned: true,
  summary: "Change a schedule of the installation",
  description:
    "Changes what is named in the body, as for schedules of a workspace; what it starts may be told something else, but stays what it is. It cannot be deleted: pause it.",
  params,
  body: UpdateInstallationScheduleInput,
  ok: InstallationSchedule,
  examples: { body: { cron: "0 4 * * SUN" }, answer: { ...installationScheduleExample, cron: "0 4 * * SUN", version: 2 } },
});

const run = post("/api/admin/schedules/{id}/run-now", {
  id: "runInstallationSchedule",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  idempotent: "directory",
  summary: "Run a schedule of the installation now",
  description: "Starts what it starts once more, within moments, also while it is paused. Find the run among its `runs`.",
  params,
  promised: ScheduleRun,
  conflict: "The run before is not over yet",
  examples: { answer: askedRunExample },
});

const pause = post("/api/admin/schedules/{id}/pause", {
  id: "pauseInstallationSchedule",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Pause a schedule of the installation",
  description: "Starts nothing until it is resumed; what is running goes on. One that is paused stays as it is.",
  params,
  ok: InstallationSchedule,
  conflict: "It was changed in the meantime",
  examples: { answer: { ...installationScheduleExample, isPaused: true, nextAt: null, version: 2 } },
});

const resume = post("/api/admin/schedules/{id}/resume", {
  id: "resumeInstallationSchedule",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Resume a schedule of the installation",
  description: "Goes on with the next time from now; those that came while it was paused are not made up for. One that is not paused stays as it is.",
  params,
  ok: InstallationSchedule,
  conflict: "It was changed in the meantime",
  examples: { answer: { ...installationScheduleExample, version: 3 } },
});

const next = get("/api/admin/schedules/{id}/next", {
  id: "listNextInstallationTimes",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "See the next times of a schedule of the installation",
  description: "When it comes next, and after that; none while it is paused, or once it is over.",
  params,
  query: NextTimesQuery,
  ok: NextTimes,
  examples: { answer: nextTimesExample },
});

const runs = get("/api/admin/schedules/{id}/runs", {
  id: "listInstallationRuns",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List the runs of a schedule of the installation",
  description:
    "What became of its times, newest first; of one state with `state`. `startedId` is the job that a run started, `result` what that says of its work.",
  params,
  query: ListScheduleRunsQuery,
  ok: ScheduleRunList,
  examples: { answer: { items: [scheduleRunExample] } },
});

export const installationScheduleRoutes = api()
  .openapi(list, async (c) => c.json(await listInstallationSchedules(c.var.ctx, c.req.valid("query")), 200))
  .openapi(read, async (c) => {
    const schedule = await getInstallationSchedule(c.var.ctx, c.req.valid("param").id);
    return c.json(schedule, 200, etagOf(schedule));
  })
  .openapi(update, async (c) => {
    const schedule = await updateInstallationSchedule(c.var.ctx, c.req.valid("param").id, c.req.valid("json"), ifVersionOf(c));
    return c.json(schedule, 200, etagOf(schedule));
  })
  .openapi(run, async (c) => c.json(await runInstallationSchedule(c.var.ctx, c.req.valid("param").id), 202))
  .openapi(pause, async (c) => c.json(await pauseInstallationSchedule(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(resume, async (c) => c.json(await resumeInstallationSchedule(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(next, async (c) => c.json(await nextInstallationTimes(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200))
  .openapi(runs, async (c) => c.json(await listInstallationRuns(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200));
