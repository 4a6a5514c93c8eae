import { notExists } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { schedules } from "../db/schema/index.ts";
import { AppError, type Context, refuseWhere, requirePermission } from "../platform/index.ts";
import { findSchedule, ofSchedule, type Place, workspacePlace } from "./place.ts";
import { placeRun } from "./place-run.ts";
import type { ScheduleRun } from "./schemas.ts";
import { insertRun, isMoreThan, newRun, readUnfinished, toRun } from "./stored-run.ts";
import { type ScheduleRow, toSchedule } from "./stored-schedule.ts";
import { requireTargetPermission } from "./targets/check-target.ts";

/**
 * Runs a schedule now, also one that is paused or over; its times stay as they are.
 * @throws AppError `not_found`; `forbidden` also for who may not start that; `conflict` while the run before is not over, unless it lets runs wait or
 *   start beside each other
 */
export async function runSchedule(ctx: Context, scheduleId: string): Promise<ScheduleRun> {
  requirePermission(ctx, "schedules:write");
  const place = workspacePlace(ctx);
  const row = await findSchedule(place, scheduleId);
  requireTargetPermission(ctx, toSchedule(row).target);
  return runNow(place, row);
}

/** Runs a schedule of whatever place now. @throws AppError `not_found`, `conflict` */
export async function runNow(place: Place, { id: scheduleId, workspaceId, overlap }: ScheduleRow): Promise<ScheduleRun> {
  const { ctx } = place;
  const now = ctx.now();
  const unfinished = await readUnfinished(ctx.db, scheduleId);
  const placed = placeRun(overlap, unfinished);
  if (placed.state === "skipped") throw stillRunning(placed.reason);
  const run = newRun({ workspaceId, scheduleId }, { occurrence: now, cause: "person" }, placed, now);
  const answer = toRun(run);
  await place.commit(
    [
      ...(overlap === "allow" ? [] : [refuseWhere(ctx.db, isMoreThan(ctx.db, scheduleId, unfinished))]),
      refuseWhere(ctx.db, notExists(ctx.db.select({ id: schedules.id }).from(schedules).where(ofSchedule(ctx, scheduleId)))),
      insertRun(ctx.db, run),
      recordChange(ctx, ctx.db, { action: "schedule.run", targetId: scheduleId, after: { runId: run.id } }),
      ...(placed.state === "due" ? [place.tellDue({ scheduleId, runId: run.id })] : []),
      ...(await place.keepAnswer(answer)),
    ],
    async () => {
      await findSchedule(place, scheduleId);
      return stillRunning("Another run was started at this moment.");
    },
  );
  return answer;
}

const stillRunning = (reason: string): AppError => new AppError("conflict", `${reason} Try again once it is over.`);
