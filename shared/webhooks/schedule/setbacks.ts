import { backoffMs, minuteMs, secondMs } from "../../platform/index.ts";

/** Something that is tried again and again until it goes well, ever more rarely. */
export interface Setbacks {
  /** Not to be tried before, ms since 1970; 0 while all is well. */
  readonly until: number;
  readonly failed: (cause: unknown) => void;
  readonly succeeded: () => void;
}

/** At least this long, so that nothing is tried in a circle. */
const shortestMs = secondMs;
const backoff = { baseMs: 2 * secondMs, capMs: 5 * minuteMs };
/** So many failures in a row are told of, once: fewer pass by themselves. */
const worthTelling = 3;

interface SetbackDeps {
  readonly now: () => number;
  readonly random: () => number;
  readonly fault: (cause: unknown) => void;
}

export function createSetbacks({ now, random, fault }: SetbackDeps): Setbacks {
  let failures = 0;
  let until = 0;
  return {
    get until() {
      return until;
    },
    failed(cause) {
      failures += 1;
      until = now() + shortestMs + backoffMs(Math.min(failures, 20), backoff, random);
      if (failures === worthTelling) fault(cause);
    },
    succeeded() {
      failures = 0;
      until = 0;
    },
  };
}
