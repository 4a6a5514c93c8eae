import { and, asc, eq, isNotNull, isNull, lte, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { scheduleRuns, schedules } from "../db/schema/index.ts";
import {
  AppError,
  type Clock,
  commit,
  createSemaphore,
  errorFields,
  guarded,
  type Log,
  mostConnections,
  recordEvent,
  refuseWhere,
  type Statement,
} from "../platform/index.ts";
import type { Unfinished } from "./place-run.ts";
import { planTick, type Tick } from "./plan-tick.ts";
import { refusalsOf } from "./refusals.ts";
import { insertRun, isMoreThan, isUnfinished, newRun } from "./stored-run.ts";
import type { ScheduleRow } from "./stored-schedule.ts";

/** Each is one batch, and one invocation may ask 1,000 things of the database, for which all jobs of a minute come; what is left has its turn a minute later. */
const schedulesPerTick = 250;
/** After so many runs no further schedule is taken: one alone may make up for a hundred times, each of which is a row, an event and a message. */
const runsPerTick = 1_000;

interface DueDeps {
  readonly db: Database;
  /** The first database, which alone knows how workspaces stand. */
  readonly directory: Database;
  readonly now: Clock;
  /** Sends the events recorded for a workspace. */
  readonly announce: (workspaceId: string, eventIds: string[]) => Promise<void>;
  readonly log: Log;
}

interface Due {
  readonly schedule: ScheduleRow & { readonly nextOccurrence: number };
  readonly unfinished: Unfinished;
}

/**
 * Takes the schedules that are due to their next time, and records what becomes of the times that came; at most 250 a call, those of each workspace in turn,
 * and none any more once a thousand runs were written.
 * Each is one batch that holds only while its schedule is as it was seen, so that of two that do this at once one comes through, and whoever dies has
 * done all of it or nothing. One that throws does not keep the others from their turn. Returns how many schedules had their turn.
 */
export async function startDue(deps: DueDeps): Promise<number> {
  const due = await findDue(deps);
  const refusals = await refusalsOf(
    deps.directory,
    due.map(({ schedule }) => schedule.workspaceId),
  );
  const { run } = createSemaphore(mostConnections);
  const eventIds = new Map<string, string[]>();
  let written = 0;
  let taken = 0;
  const settle = async ({ schedule, unfinished }: Due): Promise<void> => {
    if (written >= runsPerTick) return;
    taken += 1;
    const { id: scheduleId, workspaceId } = schedule;
    try {
      const tick = planTick({ ...schedule, unfinished, refusal: refusals.get(workspaceId) ?? null }, deps.now());
      // Counted before it is written: others are taken on beside this one.
      written += tick.runs.length;
      const recorded = await takeOn(deps, { schedule, unfinished }, tick);
      eventIds.set(workspaceId, [...(eventIds.get(workspaceId) ?? []), ...recorded]);
    } catch (cause) {
      // Somebody else took it on, or changed it: then it is due no more, or has its turn in a minute.
      if (cause instanceof AppError && cause.code === "conflict") return;
      deps.log.error("schedule could not be started", { scheduleId, workspaceId, ...errorFields(cause) });
    }
  };
  await Promise.all(due.map((each) => run(() => settle(each))));
  await Promise.all([...eventIds].map(([workspaceId, ids]) => run(() => tell(deps, workspaceId, ids))));
  return taken;
}

/** What is not told now is found by the sweep. */
async function tell({ announce, log }: DueDeps, workspaceId: string, eventIds: string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await announce(workspaceId, eventIds).catch((error: unknown) => log.warn("events wait for the sweep", { workspaceId, ...errorFields(error) }));
}

/** A workspace with many schedules does not keep others waiting: the first of each comes before the second of any. */
async function findDue({ db, now }: DueDeps): Promise<Due[]> {
  const turn = sql<number>`row_number() over (partition by ${schedules.workspaceId} order by ${schedules.nextAt}, ${schedules.id})`;
  const turns = db
    .select({ id: schedules.id, turn: turn.as("turn"), nextAt: sql`${schedules.nextAt}`.as("at") })
    .from(schedules)
    .where(and(isNotNull(schedules.nextAt), lte(schedules.nextAt, now())))
    .as("turns");
  const rows = await db
    .select({ schedule: schedules, running: countOf("due", "running"), waiting: countOf("waiting", "waiting") })
    .from(turns)
    .innerJoin(schedules, eq(schedules.id, turns.id))
    .orderBy(asc(turns.turn), asc(turns.nextAt))
    .limit(schedulesPerTick);
  return rows.flatMap(({ schedule: { nextOccurrence, ...schedule }, ...unfinished }) =>
    nextOccurrence === null ? [] : [{ schedule: { ...schedule, nextOccurrence }, unfinished }],
  );
}

type UnfinishedState = "due" | "waiting" | "running";

/** How many runs of the schedule of the query stand so, or so. */
const countOf = (state: UnfinishedState, other: UnfinishedState) =>
  sql<number>`(select count(*) from ${scheduleRuns} where ${isUnfinished} and ${scheduleRuns.scheduleId} = ${schedules.id} and ${scheduleRuns.state} in (${state}, ${other}))`;

/** Returns the ids of the events that it recorded. @throws AppError `conflict` when it is not as it was seen any more */
async function takeOn({ db, now }: DueDeps, { schedule, unfinished }: Due, { runs, next }: Tick): Promise<string[]> {
  const { id: scheduleId, workspaceId, version, nextOccurrence, overlap } = schedule;
  const at = now();
  const move = db
    .update(schedules)
    .set(next)
    .where(
      and(
        eq(schedules.id, scheduleId),
        eq(schedules.workspaceId, workspaceId),
        eq(schedules.version, version),
        eq(schedules.nextOccurrence, nextOccurrence),
        isNull(schedules.pausedAt),
      ),
    );
  const outbox: string[] = [];
  const statements = runs.flatMap(({ occurrence, ...placed }): Statement[] => {
    const run = newRun({ workspaceId, scheduleId }, { occurrence, cause: "time" }, placed, at);
    const isDue = placed.state === "due";
    return [insertRun(db, run), ...(isDue ? [recordEvent({ db, workspaceId, now, outbox }, "schedule.due", { scheduleId, runId: run.id })] : [])];
  });
  const alone = overlap === "allow" ? [] : [refuseWhere(db, isMoreThan(db, scheduleId, unfinished))];
  await commit(db, [...guarded(db, move), ...alone, ...statements]);
  return outbox;
}
