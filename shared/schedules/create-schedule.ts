import { eq, sql } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { schedules, workspaces } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { AppError, type Context, commitOr, minuteMs, newId, refuseWhere, requirePermission, secondMs, versionClash } from "../platform/index.ts";
import { logged } from "./logged-schedule.ts";
import { type CreateScheduleInput, maxSchedules, type Schedule } from "./schemas.ts";
import { type ScheduleRow, targetColumns, toSchedule } from "./stored-schedule.ts";
import { checkTarget, holdTarget } from "./targets/check-target.ts";
import { checkTimes, refusePast } from "./times/check-times.ts";
import { planAfter } from "./times/start-time.ts";

/**
 * A new schedule, which runs from now on.
 * @throws AppError `invalid` for times that cannot be read, never come or come too often, and for what could not be started by hand either; `egress_refused`;
 *   `forbidden` also for who may not start that; `conflict` when the workspace has as many as it may
 */
export async function createSchedule(ctx: Context, input: CreateScheduleInput): Promise<Schedule> {
  requirePermission(ctx, "schedules:write");
  await checkTarget(ctx, input.target);
  const row = await newRow(ctx, input);
  const created = toSchedule(row);
  await commitOr(
    ctx.db,
    [
      refuseWhere(ctx.db, sql`${count(ctx)} >= ${maxSchedules}`),
      ...holdTarget(ctx, input.target),
      ctx.db.insert(schedules).values(row),
      recordChange(ctx, ctx.db, { action: "schedule.create", targetId: row.id, after: logged(row) }),
      ...(await keepAnswer(ctx, ctx.db, created)),
    ],
    async () => {
      await checkTarget(ctx, input.target);
      return (await count(ctx)) >= maxSchedules ? full() : versionClash(undefined);
    },
  );
  return created;
}

const count = ({ db, workspaceId }: Context) => db.$count(schedules, eq(schedules.workspaceId, workspaceId));

const full = (): AppError => new AppError("conflict", `A workspace has ${maxSchedules} schedules at most. Delete one that is not needed any more.`);

async function newRow(ctx: Context, input: CreateScheduleInput): Promise<ScheduleRow> {
  const { name, target, missed, overlap, jitterSeconds, until = null } = input;
  const createdAt = ctx.now();
  const times = checkTimes({ ...input, targetKind: target.kind, timeZone: input.timeZone ?? (await timeZoneOf(ctx)) }, createdAt);
  refusePast(until, createdAt);
  const id = newId("schedule", createdAt);
  const plan = { ...times, id, anchorAt: anchorAt(createdAt), untilAt: until, jitterMs: jitterSeconds * secondMs };
  return {
    ...plan,
    ...targetColumns(target),
    ...planAfter(plan, createdAt),
    ...{ name, missed, overlap, createdAt },
    workspaceId: ctx.workspaceId,
    createdBy: ctx.actor.userId,
    builtIn: null,
    pausedAt: null,
    version: 1,
  };
}

/** From where times are counted that come every so much: on the minute, as they are shown. */
export const anchorAt = (now: number): number => Math.floor(now / minuteMs) * minuteMs;

/** What the workspace has set, for who did not say. */
export async function timeZoneOf({ directory, workspaceId }: Pick<Context, "directory" | "workspaceId">): Promise<string> {
  const workspace = await directory.query.workspaces.findFirst({ columns: { timeZone: true }, where: eq(workspaces.id, workspaceId) });
  return workspace?.timeZone ?? "UTC";
}
