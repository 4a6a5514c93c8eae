import type { SlidingLog } from "../../limits/index.ts";
import { type Breaker, positionOf } from "./breaker.ts";
import type { EndpointSettings } from "./endpoint.ts";
import { throttleRoom } from "./throttle.ts";

export interface Situation {
  /** ms since 1970. */
  readonly now: number;
  readonly isEnabled: boolean;
  readonly settings: Pick<EndpointSettings, "concurrency" | "throttle">;
  readonly breaker: Breaker;
  /** Nothing goes out before, ms since 1970. */
  readonly holdUntil: number;
  /** Attempts that ended, as `throttleRoom` counts them. */
  readonly log: SlidingLog;
  /** Leases that have not ended. */
  readonly inFlight: number;
  /** Reports that the database has not taken yet. */
  readonly untold: number;
}

/** How many attempts may be leased now. `at`: when there may be more although nothing ends before, ms since 1970; null when something must end first. */
export interface Admission {
  readonly room: number;
  readonly at: number | null;
}

/** Reports that are kept for a database that does not take them, at most, about: an answer is 20 KB and an object has 10 GB. */
export const mostUntold = 1_000;

const nobody: Admission = { room: 0, at: null };

/** Whether nothing may go out just now, whatever else ends: what is leased and was not taken goes back. */
export const isShut = ({ isEnabled, breaker, holdUntil, now }: Pick<Situation, "isEnabled" | "breaker" | "holdUntil" | "now">): boolean =>
  !isEnabled || holdUntil > now || positionOf(breaker, now) === "open";

export function admit(situation: Situation): Admission {
  const { now, isEnabled, settings, breaker, holdUntil, log, inFlight, untold } = situation;
  if (!isEnabled || untold >= mostUntold) return nobody;
  if (isShut(situation)) return { room: 0, at: Math.max(holdUntil, breaker.openUntil ?? 0) };
  const mostAtOnce = positionOf(breaker, now) === "half-open" ? 1 : settings.concurrency;
  const room = mostAtOnce - inFlight;
  if (room <= 0) return nobody;
  if (settings.throttle === null) return { room, at: now };
  const throttled = throttleRoom(log, settings.throttle, inFlight, now);
  return { room: Math.min(room, throttled.room), at: throttled.at };
}
