import { hourMs, secondMs } from "./clock.ts";

interface Backoff {
  /** Longest wait before the second attempt. */
  readonly baseMs: number;
  /** Longest wait of all. */
  readonly capMs: number;
}

/** Waits of queue messages. Cloudflare Queues accept delays of up to 12 hours. */
const queueBackoff: Backoff = { baseMs: 2 * secondMs, capMs: 12 * hourMs };

/**
 * Milliseconds to wait after failed attempt number `attempt` (the first is 1): anything from zero to `baseMs` doubled with each attempt,
 * at most `capMs`. Full jitter: work that failed together does not come back together
 * (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter). `random` yields values from 0 to below 1.
 */
export function backoffMs(attempt: number, { baseMs, capMs }: Backoff, random: () => number = Math.random): number {
  const ceilingMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.floor(random() * (ceilingMs + 1));
}

/** Whole seconds, 1 to 43,200, before a queue message that was tried `attempts` times is tried again. */
export function backoffSeconds(attempts: number, random: () => number = Math.random): number {
  return Math.max(1, Math.ceil(backoffMs(attempts, queueBackoff, random) / secondMs));
}
