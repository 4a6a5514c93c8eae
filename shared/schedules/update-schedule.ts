import { beforeAndAfter, recordChange } from "../audit-log/index.ts";
import { AppError, type Context, requirePermission, requireVersion, secondMs } from "../platform/index.ts";
import { type Changes, changeSchedule } from "./change-schedule.ts";
import { anchorAt } from "./create-schedule.ts";
import { logged } from "./logged-schedule.ts";
import { findSchedule, type Place, workspacePlace } from "./place.ts";
import type { Schedule, UpdateInstallationScheduleInput, UpdateScheduleInput } from "./schemas.ts";
import { type ScheduleRow, targetColumns, toSchedule } from "./stored-schedule.ts";
import { checkTarget, holdTarget, requireTargetPermission } from "./targets/check-target.ts";
import { checkTimes, isRarer, problemAt, refusePast } from "./times/check-times.ts";
import { writeEvery } from "./times/every.ts";
import { nothingPlanned, planAfter } from "./times/start-time.ts";

/**
 * Changes what is given; times that are over are not made up for. `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError as `createSchedule`; `not_found`; `precondition_failed` when it is at another version; `conflict` when it was changed in the meantime
 */
export async function updateSchedule(ctx: Context, scheduleId: string, input: UpdateScheduleInput, ifVersion?: number): Promise<Schedule> {
  requirePermission(ctx, "schedules:write");
  const place = workspacePlace(ctx);
  const row = await findSchedule(place, scheduleId);
  const stored = toSchedule(row);
  // Whoever changes when something starts has it started.
  requireTargetPermission(ctx, stored.target);
  const { target } = input;
  if (target !== undefined) await checkTarget(ctx, target);
  const held = target === undefined ? [] : holdTarget(ctx, target);
  const explain = async () => (target === undefined ? undefined : await checkTarget(ctx, target));
  return toSchedule(await editSchedule(place, row, input, { ifVersion, held, explain }));
}

interface Editing {
  readonly ifVersion?: number | undefined;
  /** What must hold beside the change. */
  readonly held?: ReturnType<typeof holdTarget>;
  /** Throws when it was that which did not. */
  readonly explain?: () => Promise<void>;
}

/**
 * Changes a schedule of whatever place; what is to be started was checked.
 * @throws AppError `invalid`; `not_found`; `precondition_failed`; `conflict`
 */
export async function editSchedule(
  place: Place,
  row: ScheduleRow,
  input: UpdateScheduleInput | UpdateInstallationScheduleInput,
  { ifVersion, held = [], explain }: Editing,
): Promise<ScheduleRow> {
  const { ctx } = place;
  requireVersion(row, ifVersion);
  requireSameKind(row, input);
  const edit = beforeAndAfter(row, columnsOf(row, input, ctx.now()));
  if (edit === null) return row;
  const changes: Changes = { ...edit.after, ...replanned(row, edit.after, ctx.now()) };
  const entry = { action: "schedule.update", targetId: row.id, before: logged(edit.before), after: logged(edit.after) } as const;
  return changeSchedule(place, row, changes, { ifVersion, statements: [recordChange(ctx, ctx.db, entry), ...held], ...(explain && { explain }) });
}

/** What comes with every installation goes on doing what it is for. */
function requireSameKind({ builtIn, targetKind }: ScheduleRow, { target }: UpdateScheduleInput | UpdateInstallationScheduleInput): void {
  if (builtIn === null || target === undefined || target.kind === targetKind) return;
  const message = `This schedule is for ${targetKind}: it cannot start anything else. Pause it if you do not want it.`;
  throw new AppError("invalid", message, { errors: [problemAt("target.kind", message)] });
}

/** The columns of what was given. */
function columnsOf(row: ScheduleRow, input: UpdateScheduleInput | UpdateInstallationScheduleInput, now: number): Changes {
  const { name, missed, overlap, jitterSeconds, until, target } = input;
  refusePast(until, now);
  return {
    ...(name === undefined ? {} : { name }),
    ...timesGiven(row, input, now),
    ...(missed === undefined ? {} : { missed }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(jitterSeconds === undefined ? {} : { jitterMs: jitterSeconds * secondMs }),
    ...(until === undefined ? {} : { untilAt: until }),
    ...(target === undefined ? {} : targetColumns(target)),
  };
}

/** Times that stay are looked at again where something else is started, which may come less often. */
function timesGiven(row: ScheduleRow, { cron, every, timeZone, target }: UpdateScheduleInput | UpdateInstallationScheduleInput, now: number): Changes {
  const targetKind = target?.kind ?? row.targetKind;
  if (cron === undefined && every === undefined && timeZone === undefined && !isRarer(targetKind, row.targetKind)) return {};
  const isKept = cron === undefined && every === undefined;
  const stored = row.cron === null ? { every: writeEvery(row.everyMs ?? 0) } : { cron: row.cron };
  return checkTimes({ ...(isKept ? stored : { cron, every }), timeZone: timeZone ?? row.timeZone, targetKind }, now);
}

/** The next time of a schedule whose times change: none that is over, and the one that was planned where only what it is put off by changes, or the end. */
function replanned(row: ScheduleRow, after: Changes, now: number): Changes {
  const isRetimed = after.cron !== undefined || after.everyMs !== undefined || after.timeZone !== undefined;
  if (!isRetimed && after.jitterMs === undefined && after.untilAt === undefined) return {};
  const plan = { ...row, ...after, ...(after.everyMs === undefined ? {} : { anchorAt: anchorAt(now) }) };
  const from = isRetimed || row.nextOccurrence === null ? now : row.nextOccurrence - 1;
  return { anchorAt: plan.anchorAt, ...(row.pausedAt === null ? planAfter(plan, from) : nothingPlanned) };
}
