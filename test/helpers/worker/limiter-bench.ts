import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createRateLimiter, type Hit, type LeaseRequest, type Quota, type RateLimiter } from "../../../shared/limits/index.ts";
import type { Flush } from "../../../shared/limits/usage-meter.ts";
import { minuteMs } from "../../../shared/platform/index.ts";

/** A limiter on the storage of an object, with a clock that the test holds and a database that only listens. */
export interface LimiterBench {
  /** For hits that come one by one: each is stored before it answers. */
  limiter: RateLimiter;
  /** The same one for hits that come at once: they are stored when the test says `write`. */
  atOnce: RateLimiter;
  /** What the limiter's clock says. */
  now: number;
  /** What the database was told, flush by flush. */
  readonly told: Flush[];
  /** Called while the database is being told; may throw. */
  whileTelling: () => void | Promise<void>;
  /** From now on: transactions are rolled back at their end. */
  isRolledBack: boolean;
  /** Rows that are billed for what `work` did: one for each key that it put, or deleted. */
  readonly rowsWritten: (work: () => unknown) => number;
  /** Throws away what the limiter holds in memory. */
  readonly reopen: () => void;
}

/** 2026-11-22, noon. */
export const noon = Date.UTC(2026, 10, 22, 12);

export async function withLimiter(use: (bench: LimiterBench) => void | Promise<void>, principalId: string | null = "key_1"): Promise<void> {
  await runInDurableObject(env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId()), async (_, { storage }) => {
    let rows = 0;
    const kv: SyncKvStorage = {
      get: (key) => storage.kv.get(key),
      list: (options) => storage.kv.list(options),
      put(key, value) {
        rows += 1;
        storage.kv.put(key, value);
      },
      delete(key) {
        rows += 1;
        return storage.kv.delete(key);
      },
    };
    const open = (): RateLimiter =>
      createRateLimiter({
        kv,
        transact: (work) =>
          storage.transactionSync(() => {
            const result = work();
            if (bench.isRolledBack) throw new Error("rolled back");
            return result;
          }),
        principalId: () => principalId,
        flush: async (counted) => {
          bench.told.push(counted);
          await bench.whileTelling();
        },
        now: () => bench.now,
        random: () => 0.5,
        newLease: () => crypto.randomUUID(),
      });
    const first = open();
    const bench: LimiterBench = {
      limiter: oneByOne(first),
      atOnce: first,
      now: noon,
      told: [],
      whileTelling: () => {},
      isRolledBack: false,
      rowsWritten(work) {
        rows = 0;
        work();
        return rows;
      },
      reopen: () => {
        bench.atOnce = open();
        bench.limiter = oneByOne(bench.atOnce);
      },
    };
    await use(bench);
  });
}

const oneByOne = (limiter: RateLimiter): RateLimiter => ({
  ...limiter,
  get isAhead() {
    return limiter.isAhead;
  },
  hit(hit) {
    const verdict = limiter.hit(hit);
    limiter.write();
    return verdict;
  },
});

export const quota = (name: string, limit: number, cost = 1): Quota => ({ name, limit, windowMs: minuteMs, cost });
export const usage = { workspaceId: "wsp_1", userId: "usr_1" };
/** A request against these quotas, counted in a workspace. */
export const hit = (...quotas: readonly Quota[]): Hit => ({ v: 1, quotas, usage });
/** A request of somebody whose usage is not counted. */
export const bareHit = (...quotas: readonly Quota[]): Hit => ({ v: 1, quotas });
export const streamOf = (limit: number): LeaseRequest => ({ v: 1, name: "streams", limit, leaseMs: minuteMs });
