import { createCallerStore, type PolicyRow } from "./caller-store.ts";
import { sumOf } from "./day-counts.ts";
import { decide } from "./decide.ts";
import { aliveOf, waitToBegin } from "./leases.ts";
import type { Begin, Begun, Hit, Outcome, Verdict } from "./limiter.ts";
import { emptyLog, type SlidingLog } from "./sliding-log.ts";
import { lapsesAt, tidy } from "./tidy.ts";
import { createUsageMeter, maxFailures, type UsageMeterDeps } from "./usage-meter.ts";

export interface RateLimiterDeps extends Omit<UsageMeterDeps, "store"> {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  readonly newLease: () => string;
}

/** One caller's limits, what they have open, and their usage. What it answers is stored before the answer leaves. */
export interface RateLimiter {
  hit(hit: Hit): Verdict;
  begin(begin: Begin): Begun;
  end(lease: string): void;
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

  /** One row a policy; the first of them takes in what is counted as well. */
  const saveTaken = ({ quotas }: Hit, logs: ReadonlyMap<string, SlidingLog>): void => {
    const rows = new Map<string, PolicyRow>();
    for (const { name, windowMs, cost } of quotas) {
      if (cost === 0) continue;
      const counts = store.policies.get(name)?.counts ?? [];
      rows.set(name, { windowMs, log: logs.get(name) ?? emptyLog, counts: rows.size === 0 ? sumOf(counts, meter.unsaved) : counts });
    }
    store.save(rows);
    if (rows.size === 0) meter.save();
    else if (meter.unsaved.length > 0) meter.noteSaved();
  };

  return {
    hit(hit) {
      const { verdict, logs } = decide(hit.quotas, (name) => store.policies.get(name)?.log ?? emptyLog, now());
      meter.count(hit, verdict.allowed);
      if (verdict.allowed) saveTaken(hit, logs);
      else meter.saveNowAndThen();
      return verdict;
    },

    begin(begin) {
      const { rest } = store;
      const retryAfterMs = waitToBegin(rest.leases, begin, now());
      if (retryAfterMs > 0) return { lease: null, retryAfterMs };
      const lease = { id: newLease(), name: begin.name, until: now() + begin.leaseMs };
      store.save(new Map(), { ...rest, leases: [...aliveOf(rest.leases, now()), lease] });
      return { lease: lease.id };
    },

    end(lease) {
      const { rest } = store;
      if (rest.leases.some(({ id }) => id === lease)) store.save(new Map(), { ...rest, leases: rest.leases.filter(({ id }) => id !== lease) });
    },

    note: meter.note,

    async work() {
      const told = await meter.flush();
      // Counts that are in memory only are never thrown away with the rest: a row of their day was written less than ten seconds before them.
      return tidy(store, told);
    },

    wakeAt() {
      if (meter.flushAt !== null) return meter.flushAt;
      return store.rest.failures < maxFailures ? lapsesAt(store) : null;
    },

    forget() {
      store.forget();
      meter.forget();
    },
  };
}
