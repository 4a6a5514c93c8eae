import { backoffMs, hourMs, minuteMs } from "../platform/index.ts";
import type { CallerStore } from "./caller-store.ts";

export interface FlushScheduleDeps {
  readonly store: CallerStore;
  readonly now: () => number;
  readonly random: () => number;
}

/** When the database is to be told what was counted. */
export interface FlushSchedule {
  /** ms since 1970; null for not before something is counted. */
  readonly at: number | null;
  /** Something was counted. */
  soon(): void;
  /** A flush begins: what was counted up to now is being told. */
  begin(): void;
  /** It failed; how often in a row is stored, so that an eviction does not begin anew. */
  noteFailure(): void;
  forget(): void;
}

const everyMs = minuteMs;
const backoff = { baseMs: minuteMs, capMs: hourMs };
/** Flushes that may fail in a row: then the next request has to ask for one again. */
export const maxFailures = 8;

export function createFlushSchedule({ store, now, random }: FlushScheduleDeps): FlushSchedule {
  let at: number | null = null;
  const clear = (): void => {
    at = null;
  };
  return {
    get at() {
      return at;
    },
    soon() {
      at ??= now() + everyMs;
    },
    begin: clear,
    noteFailure() {
      const failures = Math.min(store.state.failures + 1, maxFailures);
      store.save(new Map(), { ...store.state, failures });
      at = failures < maxFailures ? now() + backoffMs(failures, backoff, random) : null;
    },
    forget: clear,
  };
}
