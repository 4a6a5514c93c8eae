import { and, eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { scheduleRuns, schedules } from "../db/schema/index.ts";
import { AppError, type Context, commit, type DueJob, guarded, secondMs } from "../platform/index.ts";
import { refusalsOf } from "./refusals.ts";
import { type RunRow, runIn } from "./stored-run.ts";
import { type ScheduleRow, targetOf } from "./stored-schedule.ts";
import type { Started, Starting, Starts } from "./targets/start.ts";
import type { TargetInput, TargetKind } from "./targets/target.ts";

interface StartDeps extends Pick<Context, "egress" | "vault" | "now"> {
  /** The database that holds the workspace's own things; of the installation, the directory. */
  readonly db: Database;
  readonly directory: Database;
  readonly starts: Starts;
  /** Events and jobs that were recorded, to be sent. */
  readonly outbox: string[];
  readonly dueJobs: DueJob[];
}

interface DueRun {
  readonly workspaceId: string;
  readonly scheduleId: string;
  readonly runId: string;
}

/**
 * Starts a run that is due. What it starts and that it is started are one batch, so that whoever does this twice, or dies over it, neither doubles nor
 * loses it. One that is not due any more, or whose schedule is deleted, is left alone; one that cannot be started fails, with the reason.
 * @throws AppError retryable for what may work later
 */
export async function startRun(deps: StartDeps, due: DueRun): Promise<void> {
  const found = await findDue(deps.db, due);
  if (found === undefined) return;
  const { schedule, run } = found;
  const refusal = (await refusalsOf(deps.directory, [due.workspaceId])).get(due.workspaceId);
  if (refusal !== undefined) return await endRun(deps, run, { state: "skipped", reason: refusal });
  const begun = await begin(deps, schedule, run);
  if ("failure" in begun) return await endRun(deps, run, { state: "failed", reason: begun.failure });
  const take = deps.db.update(scheduleRuns).set({ state: "running", startedId: begun.startedId, startedAt: deps.now() }).where(runIn(run));
  try {
    await commit(deps.db, [...guarded(deps.db, take), ...begun.statements]);
  } catch (error) {
    deps.outbox.length = 0;
    deps.dueJobs.length = 0;
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
    // Somebody else started it, or what was looked at for it has changed since.
    if ((await findDue(deps.db, due)) !== undefined) throw new AppError("unavailable", error.message, { cause: error, retryAfterMs: secondMs });
  }
}

async function findDue(db: Database, { workspaceId, scheduleId, runId }: DueRun): Promise<{ run: RunRow; schedule: ScheduleRow } | undefined> {
  const [found] = await db
    .select({ run: scheduleRuns, schedule: schedules })
    .from(scheduleRuns)
    .innerJoin(schedules, and(eq(schedules.id, scheduleRuns.scheduleId), eq(schedules.workspaceId, scheduleRuns.workspaceId)))
    .where(and(eq(scheduleRuns.id, runId), eq(scheduleRuns.scheduleId, scheduleId), eq(scheduleRuns.workspaceId, workspaceId), eq(scheduleRuns.state, "due")));
  return found;
}

/** @throws AppError retryable */
async function begin({ starts, ...deps }: StartDeps, schedule: ScheduleRow, run: RunRow): Promise<Started | { readonly failure: string }> {
  const { workspaceId, id: scheduleId, createdBy } = schedule;
  const starting: Starting = { ...deps, workspaceId, scheduleId, runId: run.id, occurrence: run.occurrence, createdBy };
  try {
    const { kind, input } = targetOf(schedule);
    return await startAs(starts, starting, kind, input);
  } catch (cause) {
    const error = AppError.from(cause);
    if (error.retryable) throw cause;
    deps.outbox.length = 0;
    deps.dueJobs.length = 0;
    return { failure: error.message };
  }
}

function startAs<K extends TargetKind>(starts: Starts, starting: Starting, kind: K, input: TargetInput<K>): Promise<Started> {
  return starts[kind](starting, input);
}

async function endRun({ db, now }: StartDeps, run: RunRow, end: Pick<RunRow, "state" | "reason">): Promise<void> {
  await db
    .update(scheduleRuns)
    .set({ ...end, reason: end.reason?.slice(0, maxReasonLength) ?? null, finishedAt: now() })
    .where(runIn(run));
}

/** As long as the answer may have it. */
const maxReasonLength = 2_000;
