import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import type { z } from "zod";
import type { Database } from "../db/client.ts";
import { jobs } from "../db/schema/index.ts";
import { AppError, backoffMs, minuteMs } from "../platform/index.ts";
import { type JobExecutors, type JobInput, type JobSlice, type JobType, jobTypes, retries } from "./job.ts";

const leaseMs = 2 * minuteMs;
/** Slices one message may work through; a longer job goes on with the next message. */
const slicesPerClaim = 20;

export interface RunDeps {
  readonly db: Database;
  readonly now: () => number;
  readonly random: () => number;
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
export async function runJob({ db, now, random }: RunDeps, executors: JobExecutors, jobId: string): Promise<JobOutcome> {
  const job = await claim(db, jobId, now());
  if (job === null) return { state: "busy" };
  const held = and(eq(jobs.id, jobId), eq(jobs.attempt, job.attempt), eq(jobs.state, "running"));
  const write = async (values: SQLiteUpdateSetSource<typeof jobs>): Promise<boolean> =>
    (
      await db
        .update(jobs)
        .set({ ...values, updatedAt: now() })
        .where(held)
    ).meta.changes === 1;
  const settle = async (state: "succeeded" | "continues" | "retried", values: SQLiteUpdateSetSource<typeof jobs>): Promise<JobOutcome> => ({
    state: (await write({ ...values, leaseUntil: null })) ? state : "busy",
  });
  const fail = async (cause: unknown, failures: number): Promise<JobOutcome> => {
    const kept = await write({ state: "failed", leaseUntil: null, failures, error: AppError.from(cause).message });
    return kept ? { state: "failed", jobType: job.type, cause } : { state: "busy" };
  };
  let { failures } = job;
  // What nobody knows fails at its first try.
  const { mostFailures, ...backoff } = retries[isJobType(job.type) ? job.type : "audit.purge"];
  if (failures >= mostFailures) return fail(new AppError("internal", "Its worker vanished every time.", { retryable: false }), failures);
  try {
    for (let slice = 0; slice < slicesPerClaim; slice++) {
      const { done, progress } = await execute(executors, db, job);
      const added = sql`${jobs.progress} + ${progress}`;
      if (done) return await settle("succeeded", { state: "succeeded", progress: added, failures: 0 });
      if (!(await write({ progress: added, failures: 0, leaseUntil: now() + leaseMs }))) return { state: "busy" };
      failures = 0;
    }
    return await settle("continues", { state: "queued", dueAt: now() });
  } catch (cause) {
    const error = AppError.from(cause);
    failures += 1;
    if (!error.retryable || failures >= mostFailures) return fail(cause, failures);
    const dueAt = now() + backoffMs(failures, backoff, random);
    return settle("retried", { state: "queued", dueAt, failures, error: error.message });
  }
}

type JobRow = typeof jobs.$inferSelect;

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

async function executeAs<T extends JobType>(type: T, executors: JobExecutors, db: Database, { id, workspaceId, input }: JobRow): Promise<JobSlice> {
  const parsed = inputs[type].safeParse(input);
  if (!parsed.success) throw new AppError("invalid", `The job ${id} cannot be read.`, { cause: parsed.error });
  return executors[type]({ db, jobId: id, workspaceId, input: parsed.data });
}

function jobType(type: string): JobType {
  if (isJobType(type)) return type;
  throw new AppError("invalid", `No job is called ${type}.`);
}

function isJobType(type: string): type is JobType {
  return Object.hasOwn(jobTypes, type);
}
