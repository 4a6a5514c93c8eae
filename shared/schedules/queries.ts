import { and, desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { scheduleRuns, schedules } from "../db/schema/index.ts";
import { type Context, decodeCursor, Id, Millis, pageOf, requirePermission } from "../platform/index.ts";
import { anchorAt, timeZoneOf } from "./create-schedule.ts";
import { findSchedule, type Place, workspacePlace } from "./place.ts";
import type {
  ListScheduleRunsQuery,
  ListSchedulesQuery,
  NextTimes,
  NextTimesQuery,
  PreviewTimesInput,
  Schedule,
  ScheduleList,
  ScheduleRunList,
} from "./schemas.ts";
import { toRun } from "./stored-run.ts";
import { type ScheduleRow, toSchedule } from "./stored-schedule.ts";
import { checkTimes } from "./times/check-times.ts";
import { localTime } from "./times/local-time.ts";
import { nextTimesAfter, type TimePlan, timesOf } from "./times/time-plan.ts";

/** @throws AppError `not_found` also for another workspace's schedule */
export async function getSchedule(ctx: Context, scheduleId: string): Promise<Schedule> {
  requirePermission(ctx, "schedules:read");
  return toSchedule(await findSchedule(workspacePlace(ctx), scheduleId));
}

/** The workspace's schedules, newest first. */
export async function listSchedules(ctx: Context, query: ListSchedulesQuery): Promise<ScheduleList> {
  requirePermission(ctx, "schedules:read");
  const { items, ...rest } = await readSchedules(workspacePlace(ctx), query);
  return { items: items.map(toSchedule), ...rest };
}

/** A page of the schedules of whatever place, newest first. */
export async function readSchedules({ ctx }: Place, { limit, cursor }: ListSchedulesQuery): Promise<{ items: ScheduleRow[]; nextCursor?: string }> {
  const rows = await ctx.db
    .select()
    .from(schedules)
    .where(and(eq(schedules.workspaceId, ctx.workspaceId), cursor === undefined ? undefined : lt(schedules.id, decodeCursor(cursor, Id("schedule")))))
    .orderBy(desc(schedules.id))
    .limit(limit + 1);
  return pageOf(rows, limit, ({ id }) => id);
}

/** The times at which a schedule is planned to start something; none while it is paused. @throws AppError `not_found` */
export async function nextTimes(ctx: Context, scheduleId: string, query: NextTimesQuery): Promise<NextTimes> {
  requirePermission(ctx, "schedules:read");
  return timesFor(await findSchedule(workspacePlace(ctx), scheduleId), query, ctx.now());
}

/** The coming times of a schedule of whatever place; none while it is paused. */
export function timesFor(row: ScheduleRow, { count }: NextTimesQuery, now: number): NextTimes {
  return row.pausedAt === null ? listTimes(row, count, now) : { timeZone: row.timeZone, times: [] };
}

/** The times at which something would start, before there is a schedule. @throws AppError `invalid` */
export async function previewTimes(ctx: Context, { count, ...asked }: PreviewTimesInput): Promise<NextTimes> {
  requirePermission(ctx, "schedules:read");
  const now = ctx.now();
  const times = checkTimes({ ...asked, timeZone: asked.timeZone ?? (await timeZoneOf(ctx)) }, now);
  return listTimes({ ...times, anchorAt: anchorAt(now), untilAt: null }, count, now);
}

function listTimes(plan: TimePlan, count: number, now: number): NextTimes {
  const { timeZone } = plan;
  return { timeZone, times: nextTimesAfter(timesOf(plan), now, count).map((at) => ({ at, local: localTime(at, timeZone) })) };
}

/** What became of the times of a schedule, the latest time first. @throws AppError `not_found` */
export async function listScheduleRuns(ctx: Context, scheduleId: string, query: ListScheduleRunsQuery): Promise<ScheduleRunList> {
  requirePermission(ctx, "schedules:read");
  const place = workspacePlace(ctx);
  await findSchedule(place, scheduleId);
  return readRuns(place, scheduleId, query);
}

/** Where in the list a run stands: two of the same time differ in what caused them. */
const RunKey = z.tuple([Millis, z.enum(["time", "person"])]);

/** A page of the runs of a schedule of whatever place, the latest time first. */
export async function readRuns({ ctx }: Place, scheduleId: string, { limit, cursor, state }: ListScheduleRunsQuery): Promise<ScheduleRunList> {
  const last = cursor === undefined ? undefined : decodeCursor(cursor, RunKey, "runs");
  const rows = await ctx.db
    .select()
    .from(scheduleRuns)
    .where(
      and(
        eq(scheduleRuns.scheduleId, scheduleId),
        eq(scheduleRuns.workspaceId, ctx.workspaceId),
        last && sql`(${scheduleRuns.occurrence}, ${scheduleRuns.cause}) < (${last[0]}, ${last[1]})`,
        state === undefined ? undefined : eq(scheduleRuns.state, state),
      ),
    )
    .orderBy(desc(scheduleRuns.occurrence), desc(scheduleRuns.cause))
    .limit(limit + 1);
  const { items, ...rest } = pageOf(rows, limit, ({ occurrence, cause }) => [occurrence, cause], "runs");
  return { items: items.map(toRun), ...rest };
}
