import { and, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { scheduleRuns } from "../db/schema/index.ts";
import { newId, type Statement } from "../platform/index.ts";
import type { Placed, Unfinished } from "./place-run.ts";
import type { ScheduleRun } from "./schemas.ts";

export type RunRow = typeof scheduleRuns.$inferSelect;

/** Literal as in the index `schedule_runs_unfinished`: SQLite does not use a partial index for values that are bound later. */
export const isUnfinished = sql`${scheduleRuns.state} in ('due', 'waiting', 'running')`;

/** The row of a run that stands so. */
export const runIn = ({ id, state }: Pick<RunRow, "id" | "state">): SQL | undefined => and(eq(scheduleRuns.id, id), eq(scheduleRuns.state, state));

/** How many runs of a schedule are under way or about to start, and how many wait. */
export async function readUnfinished(db: Database, scheduleId: string): Promise<Unfinished> {
  const [found] = await db
    .select({ running: sql<number>`total(${scheduleRuns.state} <> 'waiting')`, waiting: sql<number>`total(${scheduleRuns.state} = 'waiting')` })
    .from(scheduleRuns)
    .where(and(isUnfinished, eq(scheduleRuns.scheduleId, scheduleId)));
  return found ?? { running: 0, waiting: 0 };
}

/** Holds when more runs of a schedule are not over than were seen. */
export const isMoreThan = (db: Database, scheduleId: string, { running, waiting }: Unfinished): SQL =>
  sql`${db.$count(scheduleRuns, and(isUnfinished, eq(scheduleRuns.scheduleId, scheduleId)))} > ${running + waiting}`;

/** A run that was just decided upon. */
export function newRun(
  schedule: Pick<RunRow, "workspaceId" | "scheduleId">,
  planned: Pick<RunRow, "occurrence" | "cause">,
  placed: Placed,
  now: number,
): RunRow {
  return {
    ...schedule,
    ...planned,
    ...placed,
    id: newId("scheduleRun", now),
    startedId: null,
    result: null,
    createdAt: now,
    startedAt: null,
    finishedAt: placed.state === "skipped" ? now : null,
  };
}

/** The statement that stores a run. Its batch fails when there is one of this time and cause already. */
export const insertRun = (db: Database, run: RunRow): Statement => db.insert(scheduleRuns).values(run);

/** What a run says of its work, as it is in the answer: an object. */
export const Result = z.record(z.string(), z.unknown());

export function toRun({ id, occurrence, cause, state, reason, startedId, result, createdAt, startedAt, finishedAt }: RunRow): ScheduleRun {
  return {
    ...{ id, occurrence, cause, state, reason, startedId, createdAt, finishedAt },
    result: result === null ? null : Result.parse(result),
    // Of one that waited, until it runs, this is since when it is about to start.
    startedAt: state === "due" ? null : startedAt,
  };
}
