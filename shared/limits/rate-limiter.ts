import { createCallerStore, type PolicyRow } from "./caller-store.ts";
import { sumOf } from "./day-counts.ts";
import { decide } from "./decide.ts";
import { maxFailures } from "./flush-schedule.ts";
import { aliveOf, waitForLease } from "./leases.ts";
import type { Hit, LeaseAnswer, LeaseRequest, Outcome, Quota, Verdict } from "./limiter.ts";
import { emptyLog, type SlidingLog } from "./sliding-log.ts";
import { lapsesAt, tidy } from "./tidy.ts";
import { createUsageMeter, type UsageMeterDeps } from "./usage-meter.ts";

export interface RateLimiterDeps extends Omit<UsageMeterDeps, "store"> {
  readonly kv: SyncKvStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  readonly newLease: () => string;
}

/** One caller's limits, what they have open, and their usage. */
export interface RateLimiter {
  /** Decides in memory. What it takes is to be stored, by `write`, before its verdict leaves. */
  hit(hit: Hit): Verdict;
  /** Whether hits have taken what is not stored yet. */
  readonly isAhead: boolean;
  /** Stores what hits took since the last time, all of it or none: one row a policy, however many hits there were. When it throws, nothing was taken. */
  write(): void;
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

export function createRateLimiter({ kv, transact, newLease, ...deps }: RateLimiterDeps): RateLimiter {
  const { now } = deps;
  const store = createCallerStore(kv, transact);
  const meter = createUsageMeter({ store, ...deps });

  /** What hits took and `write` has not stored. */
  const taken = new Map<string, Omit<PolicyRow, "counts">>();
  const logOf = (name: string): SlidingLog => (taken.get(name) ?? store.policies.get(name))?.log ?? emptyLog;

  const takeFrom = (quotas: readonly Quota[], logs: readonly SlidingLog[]): void => {
    let isTaken = false;
    for (const [at, log] of logs.entries()) {
      const quota = quotas[at];
      if (quota === undefined || quota.cost === 0) continue;
      taken.set(quota.name, { windowMs: quota.windowMs, log });
      isTaken = true;
    }
    if (!isTaken) meter.save();
  };

  /** One row a policy; the first of them takes in what is counted as well. */
  const write = (): void => {
    if (taken.size === 0) return;
    const rows = new Map<string, PolicyRow>();
    for (const [name, row] of taken) {
      const counts = store.policies.get(name)?.counts ?? [];
      rows.set(name, { ...row, counts: rows.size === 0 ? sumOf(counts, meter.unsaved) : counts });
    }
    taken.clear();
    store.save(rows);
    if (meter.unsaved.length > 0) meter.noteSaved();
  };

  return {
    hit(hit) {
      const { verdict, logs } = decide(hit.quotas, logOf, now());
      meter.count(hit, verdict.allowed);
      if (verdict.allowed) takeFrom(hit.quotas, logs);
      else meter.saveNowAndThen();
      return verdict;
    },
    get isAhead() {
      return taken.size > 0;
    },
    write,

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
      write();
      const told = await meter.flush();
      // Hits that came meanwhile took what must not be forgotten as lapsed.
      write();
      // Counts that are in memory only are never thrown away with the rest: a row of their day was written less than ten seconds before them.
      return tidy(store, told);
    },

    wakeAt() {
      if (meter.flushAt !== null) return meter.flushAt;
      return store.state.failures < maxFailures ? lapsesAt(store) : null;
    },

    forget() {
      taken.clear();
      store.forget();
      meter.forget();
    },
  };
}
