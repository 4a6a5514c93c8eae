import { AppError, type Clock, secondMs, systemClock } from "../../platform/index.ts";

/** A hash takes about a quarter of a second, so that the last in line waits some four seconds. */
const longest = 16;
/** Whoever has waited for so long has gone: a request that its caller gives up does not go on to leave the line. */
const goneAfterMs = 30 * secondMs;

/**
 * Lets work that keeps the isolate's only thread busy happen one piece after another, with other requests in between, and refuses what would wait too
 * long. `createSemaphore` will not do: its slot would be lost with a request that is given up while it holds one, for as long as the isolate lives.
 */
export function createHashLine(now: Clock = systemClock) {
  const waiting = new Map<symbol, number>();
  return {
    /** @throws AppError `rate_limited` when the line is too long */
    async run<T>(work: () => T): Promise<T> {
      const at = now();
      for (const [ticket, since] of waiting) if (since + goneAfterMs <= at) waiting.delete(ticket);
      if (waiting.size >= longest) throw tooLong();
      const ticket = Symbol();
      waiting.set(ticket, at);
      try {
        await new Promise((resolve) => setTimeout(resolve, 0));
        return work();
      } finally {
        waiting.delete(ticket);
      }
    },
  };
}

function tooLong(): AppError {
  return new AppError("rate_limited", "Many people are signing in right now. Try again in a few seconds.", { retryAfterMs: 5 * secondMs });
}
