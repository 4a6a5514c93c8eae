import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createRateLimiter, type Hit, type LeaseRequest, type Quota, type RateLimiter } from "../../../shared/limits/index.ts";
import type { Flush } from "../../../shared/limits/usage-meter.ts";
import { minuteMs } from "../../../shared/platform/index.ts";

/** A limiter on the SQLite of an object, with a clock that the test holds and a database that only listens. */
export interface LimiterBench {
  limiter: RateLimiter;
  readonly sql: SqlStorage;
  /** What the limiter's clock says. */
  now: number;
  /** What the database was told, flush by flush. */
  readonly told: Flush[];
  /** Called while the database is being told; may throw. */
  whileTelling: () => void | Promise<void>;
  /** From now on: transactions are rolled back at their end. */
  isRolledBack: boolean;
  /** Rows that SQLite wrote while `work` ran. */
  readonly rowsWritten: (work: () => unknown) => number;
  /** Throws away what the limiter holds in memory. */
  readonly reopen: () => void;
}

/** 2026-11-22, noon. */
export const noon = Date.UTC(2026, 10, 22, 12);

export async function withLimiter(use: (bench: LimiterBench) => void | Promise<void>, principalId: string | null = "key_1"): Promise<void> {
  await runInDurableObject(env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId()), async (_, { storage }) => {
    let cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
    const sql = new Proxy(storage.sql, {
      get(target, name) {
        if (name !== "exec") return Reflect.get(target, name, target);
        return (query: string, ...values: unknown[]) => {
          const cursor = target.exec(query, ...values);
          cursors.push(cursor);
          return cursor;
        };
      },
    });
    const open = (): RateLimiter =>
      createRateLimiter({
        sql,
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
    const bench: LimiterBench = {
      limiter: open(),
      sql: storage.sql,
      now: noon,
      told: [],
      whileTelling: () => {},
      isRolledBack: false,
      rowsWritten(work) {
        cursors = [];
        work();
        return cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
      },
      reopen: () => {
        bench.limiter = open();
      },
    };
    await use(bench);
  });
}

export const quota = (name: string, limit: number, cost = 1): Quota => ({ name, limit, windowMs: minuteMs, cost });
export const usage = { workspaceId: "wsp_1", userId: "usr_1" };
/** A request against these quotas, counted in a workspace. */
export const hit = (...quotas: readonly Quota[]): Hit => ({ v: 1, quotas, usage });
/** A request of somebody whose usage is not counted. */
export const bareHit = (...quotas: readonly Quota[]): Hit => ({ v: 1, quotas });
export const streamOf = (limit: number): LeaseRequest => ({ v: 1, name: "streams", limit, leaseMs: minuteMs });
