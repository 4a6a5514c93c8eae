import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { scheduleRuns } from "../db/schema/index.ts";
import { type Context, requirePermission } from "../platform/index.ts";
import { changeSchedule } from "./change-schedule.ts";
import { findSchedule, type Place, workspacePlace } from "./place.ts";
import type { Schedule } from "./schemas.ts";
import { isUnfinished } from "./stored-run.ts";
import { type ScheduleRow, toSchedule } from "./stored-schedule.ts";
import { requireTargetPermission } from "./targets/check-target.ts";
import { nothingPlanned, planAfter } from "./times/start-time.ts";

/**
 * Has nothing started any more until it is resumed; runs that waited are skipped, and what runs goes on. One that is paused already stays so.
 * @throws AppError `not_found`; `conflict` when it was changed in the meantime
 */
export async function pauseSchedule(ctx: Context, scheduleId: string): Promise<Schedule> {
  requirePermission(ctx, "schedules:write");
  const place = workspacePlace(ctx);
  return toSchedule(await setPaused(place, await findSchedule(place, scheduleId), true));
}

/**
 * Has a paused schedule go on from now: what would have been meanwhile is not made up for. One that runs stays as it is.
 * @throws AppError `not_found`; `forbidden` also for who may not start that; `conflict` when it was changed in the meantime
 */
export async function resumeSchedule(ctx: Context, scheduleId: string): Promise<Schedule> {
  requirePermission(ctx, "schedules:write");
  const place = workspacePlace(ctx);
  const row = await findSchedule(place, scheduleId);
  requireTargetPermission(ctx, toSchedule(row).target);
  return toSchedule(await setPaused(place, row, false));
}

const pausedReason = "The schedule was paused while this run was waiting.";

/** Pauses or resumes a schedule of whatever place. @throws AppError `not_found`; `conflict` when it was changed in the meantime */
export async function setPaused(place: Place, row: ScheduleRow, isPaused: boolean): Promise<ScheduleRow> {
  if ((row.pausedAt !== null) === isPaused) return row;
  const { ctx } = place;
  const now = ctx.now();
  const entry = { targetId: row.id, before: { isPaused: !isPaused }, after: { isPaused } } as const;
  if (!isPaused) {
    const statements = [recordChange(ctx, ctx.db, { action: "schedule.resume", ...entry })];
    return changeSchedule(place, row, { pausedAt: null, ...planAfter(row, now) }, { statements });
  }
  const skip = ctx.db
    .update(scheduleRuns)
    .set({ state: "skipped", reason: pausedReason, finishedAt: now })
    .where(and(isUnfinished, eq(scheduleRuns.scheduleId, row.id), eq(scheduleRuns.state, "waiting")));
  const statements = [recordChange(ctx, ctx.db, { action: "schedule.pause", ...entry }), skip];
  return changeSchedule(place, row, { pausedAt: now, ...nothingPlanned }, { statements });
}
