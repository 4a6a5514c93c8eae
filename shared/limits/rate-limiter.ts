import { createCallerStore, type PolicyRow } from "./caller-store.ts";
import { sumOf } from "./day-counts.ts";
import { decide } from "./decide.ts";
import { maxFailures } from "./flush-schedule.ts";
import { aliveOf, waitForLease } from "./leases.ts";
import type { Hit, LeaseAnswer, LeaseRequest, Outcome, Verdict } from "./limiter.ts";
import { emptyLog, type SlidingLog } from "./sliding-log.ts";
import { lapsesAt, tidy } from "./tidy.ts";
import { createUsageMeter, type UsageMeterDeps } from "./usage-meter.ts";

export interface RateLimiterDeps extends Omit<UsageMeterDeps, "store"> {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  readonly newLease: () => string;
}

/** One caller's limits, what they have open, and their usage. What it answers is stored before the answer leaves. */
export interface RateLimiter {
  hit(hit: Hit): Verdict;
  acquire(request: LeaseRequest): LeaseAnswer;
  release(lease: string): void;
  note(outcome: Outcome): void;
  /** What an alarm is for: tells the database, then forgets what has lapsed. `empty` when nothing is left to keep; throws what telling threw. */
  work(): Promise<"kept" | "empty">;
  /** When `work` is wanted next; null for not before the next request. */
  wakeAt(): number | null;
  /** Believes that the storage is empty; to be called when everything is deleted. */
  forget(): void;
}

export function createRateLimiter({ sql, transact, newLease, ...deps }: RateLimiterDeps): RateLimiter {
  const { now } = deps;
  const store = createCallerStore(sql, transact);
  const meter = createUsageMeter({ store, ...deps });

  const logOf = (name: string): SlidingLog => store.policies.get(name)?.log ?? emptyLog;

  /** One row a policy; the first of them takes in what is counted as well. */
  const saveTaken = ({ quotas }: Hit, logs: readonly SlidingLog[]): void => {
    const rows = new Map<string, PolicyRow>();
    for (const [at, log] of logs.entries()) {
      const quota = quotas[at];
      if (quota === undefined || quota.cost === 0) continue;
      const counts = store.policies.get(quota.name)?.counts ?? [];
      rows.set(quota.name, { windowMs: quota.windowMs, log, counts: rows.size === 0 ? sumOf(counts, meter.unsaved) : counts });
    }
    store.save(rows);
    if (rows.size === 0) meter.save();
    else if (meter.unsaved.length > 0) meter.noteSaved();
  };

  return {
    hit(hit) {
      const { verdict, logs } = decide(hit.quotas, logOf, now());
      meter.count(hit, verdict.allowed);
      if (verdict.allowed) saveTaken(hit, logs);
      else meter.saveNowAndThen();
      return verdict;
    },

    acquire(request) {
      const { state } = store;
      const retryAfterMs = waitForLease(state.leases, request, now());
      if (retryAfterMs > 0) return { lease: null, retryAfterMs };
      const lease = { id: newLease(), name: request.name, until: now() + request.leaseMs };
      store.save(new Map(), { ...state, leases: [...aliveOf(state.leases, now()), lease] });
      return { lease: lease.id };
    },

    release(lease) {
      const { state } = store;
      if (state.leases.some(({ id }) => id === lease)) store.save(new Map(), { ...state, leases: state.leases.filter(({ id }) => id !== lease) });
    },

    note: meter.note,

    async work() {
      const told = await meter.flush();
      // Counts that are in memory only are never thrown away with the rest: a row of their day was written less than ten seconds before them.
      return tidy(store, told);
    },

    wakeAt() {
      if (meter.flushAt !== null) return meter.flushAt;
      return store.state.failures < maxFailures ? lapsesAt(store) : null;
    },

    forget() {
      store.forget();
      meter.forget();
    },
  };
}
