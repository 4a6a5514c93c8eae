import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import type { z } from "zod";
import type { Database } from "../db/client.ts";
import { jobs, members } from "../db/schema/index.ts";
import { AppError, backoffMs, commit, guarded, minuteMs, recordEvent } from "../platform/index.ts";
import { type JobExecutors, type JobInput, type JobSlice, type JobType, jobTypes, retries } from "./job.ts";

const leaseMs = 2 * minuteMs;
/** Slices one message may work through; a longer job goes on with the next message. */
const slicesPerClaim = 20;

export interface RunDeps {
  readonly db: Database;
  /** Knows which workspaces have members. */
  readonly directory: Database;
  /** Ids of recorded events, to be sent once this returns. */
  readonly outbox: string[];
  readonly now: () => number;
  readonly random: () => number;
  /** Hears of every change, once it is written. Must not throw. */
  readonly changed?: (change: JobChange) => void;
}

/** How a job gets on, for who follows it: nothing of what it was asked, nor of what went wrong. */
export interface JobChange {
  readonly jobId: string;
  readonly jobType: string;
  readonly state: JobRow["state"];
  readonly progress: number;
  /** When it was written, ms since 1970. */
  readonly at: number;
}

/**
 * What became of a claim. `busy`: somebody else works on it, or there is nothing left to do.
 * `failed`: for good, which somebody must hear of.
 */
export type JobOutcome = { readonly state: "succeeded" | "continues" | "retried" | "busy" } | JobFailure;

interface JobFailure {
  readonly state: "failed";
  readonly jobType: string;
  readonly cause: unknown;
}

/**
 * Claims a job and works on it. Every claim has a higher `attempt`, and every later write names it,
 * so a worker that was too slow cannot overwrite its successor.
 */
export async function runJob(deps: RunDeps, executors: JobExecutors, jobId: string): Promise<JobOutcome> {
  const { db, now, random, changed = () => {} } = deps;
  const job = await claim(db, jobId, now());
  if (job === null) return { state: "busy" };
  let units = job.progress;
  const tell = (state: JobRow["state"]): void => changed({ jobId, jobType: job.type, state, progress: units, at: now() });
  tell("running");
  const write = async (state: JobRow["state"], values: JobValues, more = 0): Promise<boolean> => {
    const added = more === 0 ? {} : { progress: sql`${jobs.progress} + ${more}` };
    const written = await db
      .update(jobs)
      .set({ ...values, ...added, state, updatedAt: now() })
      .where(held(job));
    if (written.meta.changes !== 1) return false;
    units += more;
    tell(state);
    return true;
  };
  const settle = async (outcome: "succeeded" | "continues" | "retried", values: JobValues, more = 0): Promise<JobOutcome> => {
    const state = outcome === "succeeded" ? "succeeded" : "queued";
    return { state: (await write(state, { ...values, leaseUntil: null }, more)) ? outcome : "busy" };
  };
  const fail = async (cause: unknown, failures: number): Promise<JobOutcome> => {
    if (!(await writeFailure(deps, job, { failures, error: AppError.from(cause).message }))) return { state: "busy" };
    tell("failed");
    return { state: "failed", jobType: job.type, cause };
  };
  let { failures } = job;
  // What nobody knows fails at its first try.
  const { mostFailures, ...backoff } = retries[isJobType(job.type) ? job.type : "audit.purge"];
  if (failures >= mostFailures) return fail(new AppError("internal", "Its worker vanished every time.", { retryable: false }), failures);
  let { checkpoint } = job;
  try {
    for (let slice = 0; slice < slicesPerClaim; slice++) {
      const { done, progress, ...reached } = await execute(executors, db, { ...job, checkpoint });
      if (reached.checkpoint !== undefined) checkpoint = reached.checkpoint;
      if (done) return await settle("succeeded", { ...reached, failures: 0 }, progress);
      if (!(await write("running", { ...reached, failures: 0, leaseUntil: now() + leaseMs }, progress))) return { state: "busy" };
      failures = 0;
    }
    return await settle("continues", { dueAt: now() });
  } catch (cause) {
    const error = AppError.from(cause);
    failures += 1;
    if (!error.retryable || failures >= mostFailures) return fail(cause, failures);
    const dueAt = now() + backoffMs(failures, backoff, random);
    return settle("retried", { dueAt, failures, error: error.message });
  }
}

type JobRow = typeof jobs.$inferSelect;

/** Holds while nobody else claimed it since. */
const held = ({ id, attempt }: JobRow) => and(eq(jobs.id, id), eq(jobs.attempt, attempt), eq(jobs.state, "running"));

/** Ends a job for good, with its event; false when somebody else has it. */
async function writeFailure({ db, directory, now, outbox }: RunDeps, job: JobRow, values: { failures: number; error: string }): Promise<boolean> {
  const { id: jobId, type: jobType, workspaceId } = job;
  const write = db
    .update(jobs)
    .set({ ...values, state: "failed", leaseUntil: null, updatedAt: now() })
    .where(held(job));
  // Of a workspace that is being deleted, which nobody is a member of any more, nothing more is kept; the installation itself has none.
  const isPeopled = (await directory.query.members.findFirst({ columns: { userId: true }, where: eq(members.workspaceId, workspaceId) })) !== undefined;
  const told = isPeopled ? [recordEvent({ db, workspaceId, now, outbox }, "job.failed", { jobId, jobType })] : [];
  try {
    await commit(db, [...guarded(db, write), ...told]);
    return true;
  } catch (error) {
    outbox.length = 0;
    if (error instanceof AppError && error.code === "conflict") return false;
    throw error;
  }
}

type JobValues = Omit<SQLiteUpdateSetSource<typeof jobs>, "state" | "progress">;

async function claim(db: Database, jobId: string, now: number): Promise<JobRow | null> {
  const free = or(eq(jobs.state, "queued"), and(eq(jobs.state, "running"), or(isNull(jobs.leaseUntil), lt(jobs.leaseUntil, now))));
  const [row] = await db
    .update(jobs)
    // A lease that ended without a word counts as a failure: a job that kills its worker must not be tried for ever.
    .set({
      state: "running",
      failures: sql`${jobs.failures} + (${jobs.state} = 'running')`,
      attempt: sql`${jobs.attempt} + 1`,
      leaseUntil: now + leaseMs,
      updatedAt: now,
    })
    .where(and(eq(jobs.id, jobId), inArray(jobs.state, ["queued", "running"]), lt(jobs.dueAt, now + 1), free))
    .returning();
  return row ?? null;
}

async function execute(executors: JobExecutors, db: Database, job: JobRow): Promise<JobSlice> {
  return executeAs(jobType(job.type), executors, db, job);
}

/** Input schemas by type, in the form in which TypeScript can tell which executor takes which. */
const inputs: { readonly [T in JobType]: z.ZodType<JobInput<T>> } = jobTypes;

async function executeAs<T extends JobType>(type: T, executors: JobExecutors, db: Database, { id, workspaceId, input, checkpoint }: JobRow): Promise<JobSlice> {
  const parsed = inputs[type].safeParse(input);
  if (!parsed.success) throw new AppError("invalid", `The job ${id} cannot be read.`, { cause: parsed.error });
  return executors[type]({ db, jobId: id, workspaceId, input: parsed.data, checkpoint });
}

function jobType(type: string): JobType {
  if (isJobType(type)) return type;
  throw new AppError("invalid", `No job is called ${type}.`);
}

function isJobType(type: string): type is JobType {
  return Object.hasOwn(jobTypes, type);
}
