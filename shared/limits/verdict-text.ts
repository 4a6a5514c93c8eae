import type { Hit, Verdict } from "./limiter.ts";

// How a limiter's object answers: a text of numbers, since every request waits for the answer, and an object takes longer to send.

/** What only the object knows of a verdict: milliseconds to wait, 0 when it lets the request through, then of each quota what is left and when more is. */
export const writeVerdict = ({ quotas, retryAfterMs = 0 }: Verdict): string =>
  quotas.reduce((text, { remaining, resetMs }) => `${text} ${remaining} ${resetMs}`, String(retryAfterMs));

/**
 * The verdict about a hit.
 * @throws Error when the text does not speak of each of its quotas
 */
export function readVerdict({ quotas }: Hit, text: string): Verdict {
  const [retryAfterMs = Number.NaN, ...left] = text.split(" ").map(Number);
  if (left.length !== 2 * quotas.length || ![retryAfterMs, ...left].every(Number.isFinite)) throw new Error(`the limiter answered "${text}"`);
  const states = quotas.map(({ name, limit, windowMs }, at) => ({ name, limit, windowMs, remaining: left[2 * at] ?? 0, resetMs: left[2 * at + 1] ?? 0 }));
  return retryAfterMs > 0 ? { allowed: false, quotas: states, retryAfterMs } : { allowed: true, quotas: states };
}
