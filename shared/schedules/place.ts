import { and, eq, type SQL } from "drizzle-orm";
import { installationId } from "../db/client.ts";
import { schedules } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { AppError, type Context, commitAsOperator, commitOr, recordDirectoryEvent, recordEvent, type Statement } from "../platform/index.ts";
import type { ScheduleRow } from "./stored-schedule.ts";

/** Whose schedules a verb is about, once it was asked whether it may: those of a workspace, or those of the installation. */
export interface Place {
  /** Who asks; its database and its workspace are those of the schedules. */
  readonly ctx: Context;
  /** Writes everything or nothing; `explain` says what it was that did not hold. */
  readonly commit: (statements: readonly Statement[], explain: () => Promise<AppError>) => Promise<void>;
  /** The statements that keep the answer for whoever sends the same `Idempotency-Key` again. */
  readonly keepAnswer: (answer: unknown) => Promise<Statement[]>;
  /** The statement that records that a run is to be started. */
  readonly tellDue: (data: { readonly scheduleId: string; readonly runId: string }) => Statement;
}

/** The schedules of the caller's workspace. */
export const workspacePlace = (ctx: Context): Place => ({
  ctx,
  commit: (statements, explain) => commitOr(ctx.db, statements, explain),
  keepAnswer: (answer) => keepAnswer(ctx, ctx.db, answer),
  tellDue: (data) => recordEvent(ctx, "schedule.due", data),
});

/** The schedules of the installation, whatever workspace the operator is in. */
export const installationPlace = (ctx: Context): Place => ({
  ctx: { ...ctx, db: ctx.directory, workspaceId: installationId },
  commit: (statements, explain) => commitAsOperator(ctx, ctx.directory, statements, explain),
  // The request is known by the workspace in which it was made.
  keepAnswer: (answer) => keepAnswer(ctx, ctx.directory, answer),
  tellDue: (data) => recordDirectoryEvent(ctx, installationId, "schedule.due", data),
});

/** The row of a schedule, if it is one of this place. */
export function ofSchedule({ workspaceId }: Pick<Context, "workspaceId">, scheduleId: string): SQL | undefined {
  return and(eq(schedules.id, scheduleId), eq(schedules.workspaceId, workspaceId));
}

/** @throws AppError `not_found` also for a schedule of another workspace */
export async function findSchedule({ ctx }: Pick<Place, "ctx">, scheduleId: string): Promise<ScheduleRow> {
  const row = await ctx.db.query.schedules.findFirst({ where: ofSchedule(ctx, scheduleId) });
  if (row === undefined) throw new AppError("not_found", "There is no such schedule.");
  return row;
}
