import type { Quota, Verdict } from "./limiter.ts";
import { type SlidingLog, settle, standingOf, stateOf, take } from "./sliding-log.ts";

export interface Decision {
  readonly verdict: Verdict;
  /** The logs by name of the policy, as they are after the request: with its units when it was allowed, settled in either case. */
  readonly logs: ReadonlyMap<string, SlidingLog>;
}

/**
 * Looks at all quotas of a request, then takes from all of them or from none. A cost of 0 takes nothing: it only asks how much is left.
 * @param quotas each policy once.
 * @param logOf what was taken of a policy so far.
 */
export function decide(quotas: readonly Quota[], logOf: (name: string) => SlidingLog, now: number): Decision {
  const looked = quotas.map((quota) => {
    const log = settle(logOf(quota.name), now, quota.windowMs);
    return { quota, log, standing: standingOf(log, now, quota) };
  });
  const retryAfterMs = Math.max(0, ...looked.map(({ standing }) => standing.waitMs));
  if (retryAfterMs > 0) {
    return {
      verdict: { allowed: false, quotas: looked.map(({ quota, standing }) => stateOf(quota, standing)), retryAfterMs },
      logs: new Map(looked.map(({ quota, log }) => [quota.name, log])),
    };
  }
  const taken = looked.map(({ quota, log }) => ({ quota, log: take(log, now, quota.cost) }));
  return {
    verdict: { allowed: true, quotas: taken.map(({ quota, log }) => stateOf(quota, standingOf(log, now, quota))) },
    logs: new Map(taken.map(({ quota, log }) => [quota.name, log])),
  };
}
