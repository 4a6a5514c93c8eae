import { backoffMs, minuteMs, secondMs } from "../../platform/index.ts";

/** A page is asked for at most this often before its failure is believed. */
const maxFetches = 3;
/** A task whose consumer vanished this often is given up: something in it kills consumers. */
export const maxLeases = 5;

const leaseMs = 2 * minuteMs;
const longestWaitMs = minuteMs;
const backoff = { baseMs: 2 * secondMs, capMs: longestWaitMs };

/** How long a lease lasts. It grows with the attempt, so that a queue that lags behind cannot make every lease expire. */
export function leaseUntil(now: number, attempt: number): number {
  return now + leaseMs * attempt;
}

/**
 * When to ask again after the `failures`-th failure (1-based); null when the failure is to be believed.
 * @param afterMs what the server asked for by `Retry-After`, if anything
 */
export function retryAt(now: number, failures: number, afterMs: number | null, random: () => number): number | null {
  if (failures >= maxFetches) return null;
  return now + Math.min(longestWaitMs, Math.max(afterMs ?? 0, backoffMs(failures, backoff, random)));
}
