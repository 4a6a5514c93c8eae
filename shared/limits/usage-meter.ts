import { backoffMs, hourMs, minuteMs, secondMs } from "../platform/index.ts";
import { allCounts, type CallerStore } from "./caller-store.ts";
import { countMore, type DayCount, type DayOf, dayAt, sumOf } from "./day-counts.ts";
import type { Hit, Outcome, UsageOf } from "./limiter.ts";
import { countRefusal, isOver, minuteAt, type RefusalCount } from "./refusal-counts.ts";

export interface UsageMeterDeps {
  readonly store: CallerStore;
  /** Id of the API key, or of the person, whose object this is; null for an address, of which no usage is counted. Asked for by requests alone. */
  readonly principalId: () => string | null;
  /** Tells the database. What it is told may be told again, and later ones may be more. */
  readonly flush: (counted: Flush) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
}

/** What an object knows that the database is to know. */
export interface Flush {
  /** Absolute: all that was counted of each day. */
  readonly counts: readonly DayCount[];
  /** Of minutes that are over. */
  readonly refusals: readonly RefusalCount[];
}

/** Counts what a caller does. */
export interface UsageMeter {
  /** Counted in memory only; whoever writes a row may write these into it, and say so by `noteSaved`. */
  readonly unsaved: readonly DayCount[];
  /** Counts a request, in memory. */
  count(hit: Hit, allowed: boolean): void;
  noteSaved(): void;
  /** Writes what is in memory to a row of its own; for refused requests, once in a while. */
  save(): void;
  saveNowAndThen(): void;
  note(outcome: Outcome): void;
  /** Tells the database; throws what that threw, and comes back to it later. Returns the moment up to which everything is told. */
  flush(): Promise<number>;
  /** When there is something to tell; null for not before something is counted. */
  readonly flushAt: number | null;
  forget(): void;
}

const flushEveryMs = minuteMs;
const flushBackoff = { baseMs: minuteMs, capMs: hourMs };
/** Flushes that may fail in a row: then the next request has to ask for one again. */
export const maxFailures = 8;
/** However fast somebody asks who is refused, they cost one row in this time; an eviction loses what was refused since the last one. */
const saveRefusedEveryMs = 10 * secondMs;
const never = Number.NEGATIVE_INFINITY;

export function createUsageMeter({ store, principalId, flush, now, random }: UsageMeterDeps): UsageMeter {
  let unsaved: readonly DayCount[] = [];
  let savedAt = never;
  let flushAt: number | null = null;

  const dayOf = (usage: UsageOf | undefined): DayOf | null => {
    if (usage === undefined) return null;
    const principal = principalId();
    return principal === null ? null : { ...usage, principalId: principal, day: dayAt(now()) };
  };
  const flushSoon = (): void => {
    flushAt ??= now() + flushEveryMs;
  };
  const noteSaved = (): void => {
    flushSoon();
    unsaved = [];
    savedAt = now();
  };
  const save = (): void => {
    if (unsaved.length === 0) return;
    store.save(new Map(), { ...store.rest, counts: sumOf(store.rest.counts, unsaved) });
    noteSaved();
  };
  const noteFailure = (): void => {
    const failures = Math.min(store.rest.failures + 1, maxFailures);
    store.save(new Map(), { ...store.rest, failures });
    flushAt = failures < maxFailures ? now() + backoffMs(failures, flushBackoff, random) : null;
  };

  return {
    get unsaved() {
      return unsaved;
    },
    get flushAt() {
      return flushAt;
    },
    noteSaved,
    save,
    saveNowAndThen() {
      if (now() - savedAt >= saveRefusedEveryMs || now() < savedAt) save();
    },
    count({ usage, refusedBefore = 0 }, allowed) {
      const of = dayOf(usage);
      if (of !== null) unsaved = countMore(unsaved, of, { requests: refusedBefore + 1, limited: refusedBefore + (allowed ? 0 : 1) });
    },
    note({ usage, error = false, audit = false, refusal }) {
      const of = dayOf(usage);
      if (of === null) return;
      const { day: _, ...who } = of;
      const { counts, refusals } = store.rest;
      store.save(new Map(), {
        ...store.rest,
        counts: countMore(sumOf(counts, unsaved), of, { errors: error ? 1 : 0, audits: audit ? 1 : 0 }),
        refusals: refusal === undefined ? refusals : countRefusal(refusals, { ...who, ...refusal, minute: minuteAt(now()) }),
      });
      noteSaved();
    },
    async flush() {
      save();
      const at = now();
      const counts = sumOf([], allCounts(store));
      const refusals = store.rest.refusals.filter((refusal) => isOver(refusal, at));
      flushAt = null;
      try {
        if (counts.length > 0 || refusals.length > 0) await flush({ counts, refusals });
      } catch (cause) {
        noteFailure();
        throw cause;
      }
      if (store.rest.refusals.length > refusals.length) flushSoon();
      return at;
    },
    forget() {
      unsaved = [];
      savedAt = never;
      flushAt = null;
    },
  };
}
