import type { Quota, QuotaState, Verdict } from "./limiter.ts";
import { afterTaking, type SlidingLog, settle, standingOf, stateOf, take } from "./sliding-log.ts";

export interface Decision {
  readonly verdict: Verdict;
  /** The log of each quota, in their order, as it is after the request: with its units when it was allowed, settled in either case. */
  readonly logs: readonly SlidingLog[];
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
  const states: QuotaState[] = [];
  const logs: SlidingLog[] = [];
  const retryAfterMs = looked.reduce((longest, { standing }) => Math.max(longest, standing.waitMs), 0);
  for (const { quota, log, standing } of looked) {
    states.push(stateOf(quota, retryAfterMs > 0 ? standing : afterTaking(standing, quota)));
    logs.push(retryAfterMs > 0 ? log : take(log, now, quota.cost));
  }
  return { verdict: retryAfterMs > 0 ? { allowed: false, quotas: states, retryAfterMs } : { allowed: true, quotas: states }, logs };
}
