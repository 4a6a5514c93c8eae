import { and, asc, eq, isNull, lt, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { audits, jobs, scheduleRuns } from "../db/schema/index.ts";
import { AppError, type Clock, commit, errorFields, guarded, hourMs, kindOf, type Log, recordEvent } from "../platform/index.ts";
import { isUnfinished, Result, type RunRow, runIn } from "./stored-run.ts";

const runsPerTick = 100;
/** Far longer than every retry of what starts a run: one that has not begun by then never will, and must not keep those after it waiting. */
const unstartedMs = 2 * hourMs;

interface SettleDeps {
  readonly db: Database;
  readonly now: Clock;
  /** Sends the events recorded for a workspace. */
  readonly announce: (workspaceId: string, eventIds: string[]) => Promise<void>;
  readonly log: Log;
}

/**
 * Ends runs whose audit or job has ended, and those that could not be started for two hours; then has runs start that waited for the one before. At most
 * 100 of each a call; one that throws does not keep the others from their turn. Returns how many there were.
 */
export async function settleRuns(deps: SettleDeps): Promise<number> {
  const over = [...(await findOver(deps)), ...(await findUnstarted(deps))];
  for (const { run, end } of over) await safely(deps, run, () => endRun(deps, run, end));
  const next = await findNext(deps);
  for (const run of next) await safely(deps, run, () => letStart(deps, run));
  return over.length + next.length;
}

async function safely({ log }: SettleDeps, { id: runId, workspaceId }: RunRow, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    // Somebody else did it at the same time.
    if (cause instanceof AppError && cause.code === "conflict") return;
    log.error("run of a schedule could not be settled", { runId, workspaceId, ...errorFields(cause) });
  }
}

type End = Pick<RunRow, "state" | "reason" | "result"> & {
  /** When what it started ended, ms since 1970; absent where that is not known: then it is when somebody noticed. */
  readonly finishedAt?: number | null;
};

interface Over {
  readonly run: RunRow;
  readonly end: End;
}

const failed = (reason: string): End => ({ state: "failed", reason, result: null });

async function findOver({ db }: SettleDeps): Promise<Over[]> {
  const rows = await db
    .select({ run: scheduleRuns, audit: audits, job: jobs })
    .from(scheduleRuns)
    .leftJoin(audits, and(eq(audits.id, scheduleRuns.startedId), eq(audits.workspaceId, scheduleRuns.workspaceId), isNull(audits.deletedAt)))
    .leftJoin(jobs, and(eq(jobs.id, scheduleRuns.startedId), eq(jobs.workspaceId, scheduleRuns.workspaceId)))
    .where(and(isUnfinished, eq(scheduleRuns.state, "running"), sql`coalesce(${audits.status}, ${jobs.state}, 'gone') not in ('queued', 'running')`))
    .orderBy(asc(scheduleRuns.createdAt))
    .limit(runsPerTick);
  return rows.map(({ run, audit, job }) => ({ run, end: endOf(run, audit, job) }));
}

function endOf({ startedId }: RunRow, audit: typeof audits.$inferSelect | null, job: typeof jobs.$inferSelect | null): End {
  if (audit !== null) return { ...endOfAudit(audit), finishedAt: audit.finishedAt };
  if (job !== null)
    return {
      finishedAt: job.updatedAt,
      state: job.state === "succeeded" ? "succeeded" : "failed",
      reason: job.error,
      result: Result.safeParse(job.checkpoint).data ?? null,
    };
  return failed(kindOf(startedId ?? "") === "audit" ? "The audit was deleted before it was over." : "The job was removed before it was done.");
}

function endOfAudit({ status, errorMessage, counts }: typeof audits.$inferSelect): End {
  if (status === "completed") return { state: "succeeded", reason: null, result: Result.safeParse({ counts }).data ?? null };
  return failed(status === "cancelled" ? "The audit was cancelled." : (errorMessage ?? "The audit failed."));
}

async function findUnstarted({ db, now }: SettleDeps): Promise<Over[]> {
  const since = sql`coalesce(${scheduleRuns.startedAt}, ${scheduleRuns.createdAt})`;
  const rows = await db
    .select()
    .from(scheduleRuns)
    .where(and(isUnfinished, eq(scheduleRuns.state, "due"), lt(since, now() - unstartedMs)))
    .limit(runsPerTick);
  return rows.map((run) => ({ run, end: failed("This could not be started within two hours because of a fault on our side.") }));
}

async function endRun({ db, now }: SettleDeps, run: RunRow, end: End): Promise<void> {
  const write = db
    .update(scheduleRuns)
    .set({ ...end, finishedAt: end.finishedAt ?? now() })
    .where(runIn(run));
  await commit(db, guarded(db, write));
}

/** The first that waits, of each schedule of which nothing is under way. */
async function findNext({ db }: SettleDeps): Promise<RunRow[]> {
  const earlier = sql`select 1 from ${scheduleRuns} as earlier where earlier.schedule_id = ${scheduleRuns.scheduleId} and earlier.state in ('due', 'waiting', 'running') and (earlier.state <> 'waiting' or (earlier.occurrence, earlier.cause) < (${scheduleRuns.occurrence}, ${scheduleRuns.cause}))`;
  return db
    .select()
    .from(scheduleRuns)
    .where(and(isUnfinished, eq(scheduleRuns.state, "waiting"), sql`not exists (${earlier})`))
    .limit(runsPerTick);
}

async function letStart({ db, now, announce, log }: SettleDeps, run: RunRow): Promise<void> {
  const { id: runId, workspaceId, scheduleId } = run;
  const outbox: string[] = [];
  const write = db
    .update(scheduleRuns)
    // Until it runs, this says since when it is about to.
    .set({ state: "due", startedAt: now() })
    .where(runIn(run));
  await commit(db, [...guarded(db, write), recordEvent({ db, workspaceId, now, outbox }, "schedule.due", { scheduleId, runId })]);
  await announce(workspaceId, outbox).catch((error: unknown) => log.warn("events wait for the sweep", { workspaceId, ...errorFields(error) }));
}
