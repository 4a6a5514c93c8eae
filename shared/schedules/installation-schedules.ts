import { type Context, requirePermission } from "../platform/index.ts";
import { setPaused } from "./pause-schedule.ts";
import { findSchedule, installationPlace, type Place } from "./place.ts";
import { readRuns, readSchedules, timesFor } from "./queries.ts";
import { runNow } from "./run-schedule.ts";
import type {
  InstallationSchedule,
  InstallationScheduleList,
  ListScheduleRunsQuery,
  ListSchedulesQuery,
  NextTimes,
  NextTimesQuery,
  ScheduleRun,
  ScheduleRunList,
  UpdateInstallationScheduleInput,
} from "./schemas.ts";
import { type ScheduleRow, toInstallationSchedule } from "./stored-schedule.ts";
import { editSchedule } from "./update-schedule.ts";

// What operators do with the schedules of the installation. They neither make nor delete any.

/** The installation's schedules, newest first. */
export async function listInstallationSchedules(ctx: Context, query: ListSchedulesQuery): Promise<InstallationScheduleList> {
  requirePermission(ctx, "operations:read");
  const { items, ...rest } = await readSchedules(installationPlace(ctx), query);
  return { items: items.map(toInstallationSchedule), ...rest };
}

/** @throws AppError `not_found` also for a workspace's schedule */
export async function getInstallationSchedule(ctx: Context, scheduleId: string): Promise<InstallationSchedule> {
  return toInstallationSchedule((await readOne(ctx, scheduleId)).row);
}

/**
 * Changes what is given. `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError as `updateSchedule`
 */
export async function updateInstallationSchedule(
  ctx: Context,
  scheduleId: string,
  input: UpdateInstallationScheduleInput,
  ifVersion?: number,
): Promise<InstallationSchedule> {
  const { place, row } = await openOne(ctx, scheduleId);
  return toInstallationSchedule(await editSchedule(place, row, input, { ifVersion }));
}

/** Has nothing started any more until it is resumed. One that is paused already stays so. @throws AppError `not_found`, `conflict` */
export async function pauseInstallationSchedule(ctx: Context, scheduleId: string): Promise<InstallationSchedule> {
  const { place, row } = await openOne(ctx, scheduleId);
  return toInstallationSchedule(await setPaused(place, row, true));
}

/** Has a paused schedule go on from now. One that runs stays as it is. @throws AppError `not_found`, `conflict` */
export async function resumeInstallationSchedule(ctx: Context, scheduleId: string): Promise<InstallationSchedule> {
  const { place, row } = await openOne(ctx, scheduleId);
  return toInstallationSchedule(await setPaused(place, row, false));
}

/** Runs a schedule now, also one that is paused; its times stay as they are. @throws AppError `not_found`, `conflict` while the run before is not over */
export async function runInstallationSchedule(ctx: Context, scheduleId: string): Promise<ScheduleRun> {
  const { place, row } = await openOne(ctx, scheduleId);
  return runNow(place, row);
}

/** The coming times of a schedule; none while it is paused. @throws AppError `not_found` */
export async function nextInstallationTimes(ctx: Context, scheduleId: string, query: NextTimesQuery): Promise<NextTimes> {
  return timesFor((await readOne(ctx, scheduleId)).row, query, ctx.now());
}

/** What became of the times of a schedule, the latest time first. @throws AppError `not_found` */
export async function listInstallationRuns(ctx: Context, scheduleId: string, query: ListScheduleRunsQuery): Promise<ScheduleRunList> {
  return readRuns((await readOne(ctx, scheduleId)).place, scheduleId, query);
}

interface Opened {
  readonly place: Place;
  readonly row: ScheduleRow;
}

async function readOne(ctx: Context, scheduleId: string): Promise<Opened> {
  requirePermission(ctx, "operations:read");
  return find(ctx, scheduleId);
}

async function openOne(ctx: Context, scheduleId: string): Promise<Opened> {
  requirePermission(ctx, "operations:write");
  return find(ctx, scheduleId);
}

async function find(ctx: Context, scheduleId: string): Promise<Opened> {
  const place = installationPlace(ctx);
  return { place, row: await findSchedule(place, scheduleId) };
}
