import { z } from "zod";
import { Id } from "../../../shared/platform/index.ts";
import {
  CreateScheduleInput,
  createSchedule,
  deleteSchedule,
  getSchedule,
  ListScheduleRunsQuery,
  ListSchedulesQuery,
  listScheduleRuns,
  listSchedules,
  NextTimes,
  NextTimesQuery,
  nextTimes,
  PreviewTimesInput,
  pauseSchedule,
  previewTimes,
  resumeSchedule,
  runSchedule,
  Schedule,
  ScheduleList,
  ScheduleRun,
  ScheduleRunList,
  UpdateScheduleInput,
  updateSchedule,
} from "../../../shared/schedules/index.ts";
import { api, del, get, patch, post } from "../route.ts";
import { askedRunExample, createScheduleExample, nextTimesExample, previewTimesExample, scheduleExample, scheduleRunExample } from "../schedule-examples.ts";
import { etagOf, ifVersionOf } from "../versions.ts";

const params = z.object({ id: Id("schedule").describe("Id of the schedule") });

const list = get("/api/v1/schedules", {
  id: "listSchedules",
  tag: "Schedules",
  permission: "schedules:read",
  limit: "lists",
  summary: "List schedules",
  description: "What is started by itself in the workspace, newest first.",
  query: ListSchedulesQuery,
  ok: ScheduleList,
  examples: { answer: { items: [scheduleExample] } },
});

const create = post("/api/v1/schedules", {
  id: "createSchedule",
  tag: "Schedules",
  permission: "schedules:write",
  limit: "writes",
  idempotent: "db",
  versioned: true,
  summary: "Create a schedule",
  description:
    "Starts something by itself: an audit, an audit of each verified site, or a report. Give either `cron`, whose times are those of the clocks in `timeZone`, or `every`. A local time that the clocks skip comes at the next minute that there is, one that they show twice comes once. Nothing comes more often than every five minutes, a report no more often than every six hours; a workspace has 200 schedules at most.",
  body: CreateScheduleInput,
  created: Schedule,
  conflict: "The workspace has as many schedules as it may",
  examples: { body: createScheduleExample, answer: scheduleExample },
});

const preview = post("/api/v1/schedules/preview", {
  id: "previewSchedule",
  tag: "Schedules",
  permission: "schedules:read",
  limit: "reads",
  summary: "See the times of a schedule before it is made",
  description: "The next times of a `cron` or an `every`, as a schedule that is made now would have them, without its jitter. Nothing is made.",
  body: PreviewTimesInput,
  ok: NextTimes,
  examples: { body: previewTimesExample, answer: nextTimesExample },
});

const read = get("/api/v1/schedules/{id}", {
  id: "getSchedule",
  tag: "Schedules",
  permission: "schedules:read",
  limit: "reads",
  versioned: true,
  summary: "Read a schedule",
  description: "A schedule, and when it comes next.",
  params,
  ok: Schedule,
  examples: { answer: scheduleExample },
});

const update = patch("/api/v1/schedules/{id}", {
  id: "updateSchedule",
  tag: "Schedules",
  permission: "schedules:write",
  limit: "writes",
  versioned: true,
  summary: "Change a schedule",
  description:
    "Changes what is named in the body; `until: null` clears. `cron` takes the place of `every`, and the other way round. The target is replaced as a whole. What is running goes on as it was.",
  params,
  body: UpdateScheduleInput,
  ok: Schedule,
  examples: { body: { cron: "0 5 * * MON-FRI" }, answer: { ...scheduleExample, cron: "0 5 * * MON-FRI", version: 2 } },
});

const remove = del("/api/v1/schedules/{id}", {
  id: "deleteSchedule",
  tag: "Schedules",
  permission: "schedules:write",
  limit: "writes",
  versioned: true,
  summary: "Delete a schedule",
  description: "Starts nothing more, and forgets its runs. What it started goes on, and stays.",
  params,
  noContent: "Deleted",
});

const run = post("/api/v1/schedules/{id}/run-now", {
  id: "runSchedule",
  tag: "Schedules",
  permission: "schedules:write",
  limit: "audits",
  idempotent: "db",
  summary: "Run a schedule now",
  description: "Starts what it starts once more, within moments, also while it is paused. Its times stay as they are. Find the run among its `runs`.",
  params,
  promised: ScheduleRun,
  conflict: "The run before is not over yet",
  examples: { answer: askedRunExample },
});

const pause = post("/api/v1/schedules/{id}/pause", {
  id: "pauseSchedule",
  tag: "Schedules",
  permission: "schedules:write",
  limit: "writes",
  summary: "Pause a schedule",
  description: "Starts nothing until it is resumed; what is running goes on. One that is paused stays as it is.",
  params,
  ok: Schedule,
  conflict: "It was changed in the meantime",
  examples: { answer: { ...scheduleExample, isPaused: true, nextAt: null, version: 2 } },
});

const resume = post("/api/v1/schedules/{id}/resume", {
  id: "resumeSchedule",
  tag: "Schedules",
  permission: "schedules:write",
  limit: "writes",
  summary: "Resume a schedule",
  description: "Goes on with the next time from now; those that came while it was paused are not made up for. One that is not paused stays as it is.",
  params,
  ok: Schedule,
  conflict: "It was changed in the meantime",
  examples: { answer: { ...scheduleExample, version: 3 } },
});

const next = get("/api/v1/schedules/{id}/next", {
  id: "listNextTimes",
  tag: "Schedules",
  permission: "schedules:read",
  limit: "reads",
  summary: "See the next times of a schedule",
  description: "When it comes next, and after that; none while it is paused, or once it is over. Each is put off by its jitter at most.",
  params,
  query: NextTimesQuery,
  ok: NextTimes,
  examples: { answer: nextTimesExample },
});

const runs = get("/api/v1/schedules/{id}/runs", {
  id: "listScheduleRuns",
  tag: "Schedules",
  permission: "schedules:read",
  limit: "lists",
  summary: "List the runs of a schedule",
  description: "What became of its times, newest first; of one state with `state`. `startedId` is the audit, or the job, that a run started.",
  params,
  query: ListScheduleRunsQuery,
  ok: ScheduleRunList,
  examples: { answer: { items: [scheduleRunExample] } },
});

export const scheduleRoutes = api()
  .openapi(list, async (c) => c.json(await listSchedules(c.var.ctx, c.req.valid("query")), 200))
  .openapi(create, async (c) => {
    const schedule = await createSchedule(c.var.ctx, c.req.valid("json"));
    return c.json(schedule, 201, etagOf(schedule));
  })
  .openapi(preview, async (c) => c.json(await previewTimes(c.var.ctx, c.req.valid("json")), 200))
  .openapi(read, async (c) => {
    const schedule = await getSchedule(c.var.ctx, c.req.valid("param").id);
    return c.json(schedule, 200, etagOf(schedule));
  })
  .openapi(update, async (c) => {
    const schedule = await updateSchedule(c.var.ctx, c.req.valid("param").id, c.req.valid("json"), ifVersionOf(c));
    return c.json(schedule, 200, etagOf(schedule));
  })
  .openapi(remove, async (c) => {
    await deleteSchedule(c.var.ctx, c.req.valid("param").id, ifVersionOf(c));
    return c.body(null, 204);
  })
  .openapi(run, async (c) => c.json(await runSchedule(c.var.ctx, c.req.valid("param").id), 202))
  .openapi(pause, async (c) => c.json(await pauseSchedule(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(resume, async (c) => c.json(await resumeSchedule(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(next, async (c) => c.json(await nextTimes(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200))
  .openapi(runs, async (c) => c.json(await listScheduleRuns(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200));
