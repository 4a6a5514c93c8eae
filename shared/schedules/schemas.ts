import { z } from "zod";
import { Id, ListQuery, listOf, Millis, Name, Text, Version } from "../platform/index.ts";
import { InstallationTarget, WorkspaceTarget } from "./targets/target.ts";

/** Of one workspace; those of the installation have no such bound. */
export const maxSchedules = 200;

export const missedPolicies = ["skip", "latest", "all"] as const;
export const overlapPolicies = ["skip", "queue", "allow"] as const;
export const runStates = ["due", "waiting", "running", "succeeded", "failed", "skipped"] as const;

const Missed = z
  .enum(missedPolicies)
  .describe("What becomes of times that passed while nothing could be started: none is made up for, the latest one, or all of them, 100 at most");
const Overlap = z
  .enum(overlapPolicies)
  .describe("What becomes of a time that comes while the run before is not over: it is skipped, it waits, or it starts beside it");

const Cron = Text(100).describe("Five fields: minute, hour, day of the month, month, day of the week; names such as `MON`, lists, ranges and steps");
const Every = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhd]$/, "Give a number and m, h or d, such as 30m, 6h or 7d")
  .max(6)
  .describe("A number and `m`, `h` or `d`: so much from one time to the next, whatever the clock says");
const TimeZone = Text(100).describe("IANA name, such as `Europe/Madrid`");
const JitterSeconds = z
  .int()
  .min(0)
  .max(3_600)
  .describe("Each time is put off by so many seconds at most, the same for the same time, so that not all start at once");

const times = { cron: Cron.nullable(), every: Every.nullable(), timeZone: TimeZone };
const manner = { missed: Missed, overlap: Overlap, jitterSeconds: JitterSeconds };

const described = {
  id: Id("schedule"),
  name: Text(100),
  ...times,
  ...manner,
  until: Millis.nullable().describe("Nothing is started from then on; null for never"),
  isPaused: z.boolean(),
  nextAt: Millis.nullable().describe("When it is started next; null while it is paused, and once it is over"),
  builtIn: Text(40).nullable().describe("Which of those that every installation has; null for those that people made"),
  version: Version,
  createdAt: Millis,
};

export const Schedule = z.object({ ...described, target: WorkspaceTarget }).meta({ id: "Schedule" });
export type Schedule = z.infer<typeof Schedule>;
export const ScheduleList = listOf(Schedule).meta({ id: "ScheduleList" });
export type ScheduleList = z.infer<typeof ScheduleList>;

export const InstallationSchedule = z.object({ ...described, target: InstallationTarget }).meta({ id: "InstallationSchedule" });
export type InstallationSchedule = z.infer<typeof InstallationSchedule>;
export const InstallationScheduleList = listOf(InstallationSchedule).meta({ id: "InstallationScheduleList" });
export type InstallationScheduleList = z.infer<typeof InstallationScheduleList>;

const asked = {
  cron: Cron.optional(),
  every: Every.optional(),
  until: Millis.nullable().optional(),
};

export const CreateScheduleInput = z
  .strictObject({
    name: Name(100),
    target: WorkspaceTarget,
    ...asked,
    timeZone: TimeZone.optional().describe("IANA name, such as `Europe/Madrid`; that of the workspace when absent"),
    missed: Missed.default("latest"),
    overlap: Overlap.default("skip"),
    jitterSeconds: JitterSeconds.default(0),
  })
  .meta({ id: "CreateScheduleInput" });
export type CreateScheduleInput = z.infer<typeof CreateScheduleInput>;

const changed = {
  name: Name(100).optional(),
  ...asked,
  timeZone: TimeZone.optional(),
  missed: Missed.optional(),
  overlap: Overlap.optional(),
  jitterSeconds: JitterSeconds.optional(),
};
export const UpdateScheduleInput = z.strictObject({ ...changed, target: WorkspaceTarget.optional() }).meta({ id: "UpdateScheduleInput" });
export type UpdateScheduleInput = z.infer<typeof UpdateScheduleInput>;
export const UpdateInstallationScheduleInput = z
  .strictObject({ ...changed, target: InstallationTarget.optional() })
  .meta({ id: "UpdateInstallationScheduleInput" });
export type UpdateInstallationScheduleInput = z.infer<typeof UpdateInstallationScheduleInput>;

/** What is asked to see when something would run, before there is a schedule. */
export const PreviewTimesInput = z
  .strictObject({ cron: Cron.optional(), every: Every.optional(), timeZone: TimeZone.optional(), count: z.int().min(1).max(100).default(10) })
  .meta({ id: "PreviewTimesInput" });
export type PreviewTimesInput = z.infer<typeof PreviewTimesInput>;
export const NextTimesQuery = z.object({ count: z.coerce.number().int().min(1).max(100).default(10).describe("How many") });
export type NextTimesQuery = z.infer<typeof NextTimesQuery>;

export const NextTimes = z
  .object({
    timeZone: TimeZone,
    times: z.array(z.object({ at: Millis, local: Text(40).describe("As the clocks there say, such as `2026-03-29T03:00+02:00`") })).max(100),
  })
  .meta({ id: "NextTimes" });
export type NextTimes = z.infer<typeof NextTimes>;

export const ScheduleRun = z
  .object({
    id: Id("scheduleRun"),
    occurrence: Millis.describe("The time that was planned; of one that somebody asked for, when they did"),
    cause: z.enum(["time", "person"]),
    state: z.enum(runStates).describe("`due`: it is about to start; `waiting`: until the run before is over"),
    reason: Text(2_000).nullable().describe("Why it was skipped or failed; null else"),
    startedId: Text(40).nullable().describe("The audit or the job that it started"),
    result: z.record(z.string(), z.unknown()).nullable().describe("What it says of its work, as its kind has it; null where there is nothing to say"),
    createdAt: Millis,
    startedAt: Millis.nullable(),
    finishedAt: Millis.nullable(),
  })
  .meta({ id: "ScheduleRun" });
export type ScheduleRun = z.infer<typeof ScheduleRun>;
export const ScheduleRunList = listOf(ScheduleRun).meta({ id: "ScheduleRunList" });
export type ScheduleRunList = z.infer<typeof ScheduleRunList>;

export const ListSchedulesQuery = ListQuery;
export type ListSchedulesQuery = z.infer<typeof ListSchedulesQuery>;
export const ListScheduleRunsQuery = ListQuery.extend({ state: z.enum(runStates).optional() });
export type ListScheduleRunsQuery = z.infer<typeof ListScheduleRunsQuery>;
