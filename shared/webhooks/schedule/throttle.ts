import { lastHitAt, type SlidingLog, settleLog, standingOf, takeFromLog } from "../../limits/index.ts";
import type { EndpointSettings } from "./endpoint.ts";

type Throttle = NonNullable<EndpointSettings["throttle"]>;

/** What a throttle lets through. `at`: when one more may go although nothing ends before, ms since 1970; null when something must end first. */
export interface ThrottleRoom {
  readonly room: number;
  readonly at: number | null;
}

const name = "throttle";

/**
 * How many attempts may be leased at `now`. The log holds attempts that ended, by when they began; one that is under way, or may begin any moment,
 * counts as one of this very moment. So no window, wherever it begins, has more beginnings than the limit.
 */
export function throttleRoom(log: SlidingLog, { limit, windowMs }: Throttle, underWay: number, now: number): ThrottleRoom {
  const left = limit - underWay;
  if (left <= 0) return { room: 0, at: null };
  const { used, waitMs } = standingOf(settleLog(log, now, windowMs), now, { name, limit: left, windowMs, cost: 1 });
  return used < left ? { room: left - used, at: now } : { room: 0, at: now + waitMs };
}

/** The log with one more attempt, which began at `startedAt` and ended by `now`. Those that ended later than others which began later count as of then. */
export function afterThrottled(log: SlidingLog, { windowMs }: Throttle, startedAt: number, now: number): SlidingLog {
  const settled = settleLog(log, now, windowMs);
  return takeFromLog(settled, Math.max(Math.min(now, startedAt), lastHitAt(settled) ?? 0), 1);
}
