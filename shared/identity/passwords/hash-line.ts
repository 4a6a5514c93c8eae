import { AppError, type Clock, secondMs, systemClock } from "../../platform/index.ts";

/** A hash takes about a quarter of a second, so that the last in line waits some two seconds. */
const longest = 8;
/** How often those in line look whether it is their turn, and how long other requests have the thread between two hashes. */
const lookEveryMs = 10;
/** Whoever did not look for so long, many times what a hash takes, has gone: a request that its caller gives up runs no further, and never leaves. */
const goneAfterMs = 5 * secondMs;

/** Somebody in line; `seenAt` is when they last looked (ms, UTC). */
interface Place {
  seenAt: number;
}

/**
 * Lets work that keeps the isolate's only thread busy happen one piece after another, with other requests in between, and refuses what would wait too
 * long. `createSemaphore` will not do: its slot would be lost with a request that is given up while it holds one, for as long as the isolate lives.
 * For the same reason nobody waits to be called: everybody looks by themselves.
 */
export function createHashLine(now: Clock = systemClock) {
  let line: Place[] = [];
  const dropGone = (): void => {
    const at = now();
    line = line.filter(({ seenAt }) => seenAt + goneAfterMs > at);
  };
  /** Whoever is first before a pause and after it may work. What came due while the last one worked gets the thread in that pause. */
  const turnOf = async (place: Place): Promise<void> => {
    for (let wasFirst = false; !(wasFirst && line[0] === place); ) {
      wasFirst = line[0] === place;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      if (!line.includes(place)) throw tooLong();
      place.seenAt = now();
      dropGone();
    }
  };
  return {
    /** @throws AppError `rate_limited` when the line is too long */
    async run<T>(work: () => T): Promise<T> {
      dropGone();
      if (line.length >= longest) throw tooLong();
      const place: Place = { seenAt: now() };
      line.push(place);
      try {
        await turnOf(place);
        return work();
      } finally {
        line = line.filter((other) => other !== place);
      }
    },
  };
}

function tooLong(): AppError {
  return new AppError("rate_limited", "Many people are signing in right now. Try again in a few seconds.", { retryAfterMs: 5 * secondMs });
}
