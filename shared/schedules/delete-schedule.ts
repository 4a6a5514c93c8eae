import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { scheduleRuns, schedules } from "../db/schema/index.ts";
import { type Context, commitOr, guarded, requirePermission, requireVersion, versionClash } from "../platform/index.ts";
import { logged } from "./logged-schedule.ts";
import { findSchedule, ofSchedule, workspacePlace } from "./place.ts";

/**
 * Deletes a schedule with the history of its runs; what they started goes on. `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `not_found`, also when somebody else deleted it at the same time; `precondition_failed` when it is at another version
 */
export async function deleteSchedule(ctx: Context, scheduleId: string, ifVersion?: number): Promise<void> {
  requirePermission(ctx, "schedules:write");
  const place = workspacePlace(ctx);
  const row = await findSchedule(place, scheduleId);
  requireVersion(row, ifVersion);
  const asSeen = and(ofSchedule(ctx, scheduleId), ifVersion === undefined ? undefined : eq(schedules.version, ifVersion));
  const itsRuns = and(eq(scheduleRuns.scheduleId, scheduleId), eq(scheduleRuns.workspaceId, ctx.workspaceId));
  await commitOr(
    ctx.db,
    [
      ...guarded(ctx.db, ctx.db.delete(schedules).where(asSeen)),
      recordChange(ctx, ctx.db, { action: "schedule.delete", targetId: scheduleId, before: logged(row) }),
      ctx.db.delete(scheduleRuns).where(itsRuns),
    ],
    async () => {
      await findSchedule(place, scheduleId);
      return versionClash(ifVersion);
    },
  );
}
