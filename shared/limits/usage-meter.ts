import { secondMs } from "../platform/index.ts";
import { allCounts } from "./caller-store.ts";
import { countMore, type DayCount, sumOf } from "./day-counts.ts";
import { createFlushSchedule, type FlushScheduleDeps } from "./flush-schedule.ts";
import type { Hit, Outcome } from "./limiter.ts";
import { countRefusal, isOver, minuteAt, type RefusalCount } from "./refusal-counts.ts";
import { createWhoseDay, type WhoseDayDeps } from "./whose-day.ts";

export interface UsageMeterDeps extends WhoseDayDeps, FlushScheduleDeps {
  /** Tells the database. What it is told may be told again, and later ones may be more. */
  readonly flush: (counted: Flush) => Promise<void>;
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

/** However fast somebody asks who is refused, they cost one row in this time; an eviction loses what was refused since the last one. */
const saveRefusedEveryMs = 10 * secondMs;
const never = Number.NEGATIVE_INFINITY;

export function createUsageMeter({ flush, ...deps }: UsageMeterDeps): UsageMeter {
  const { store, now } = deps;
  const whoseDay = createWhoseDay(deps);
  const schedule = createFlushSchedule(deps);
  let unsaved: readonly DayCount[] = [];
  let savedAt = never;

  const noteSaved = (): void => {
    schedule.soon();
    unsaved = [];
    savedAt = now();
  };
  const save = (): void => {
    if (unsaved.length === 0) return;
    store.save(new Map(), { ...store.state, counts: sumOf(store.state.counts, unsaved) });
    noteSaved();
  };

  return {
    get unsaved() {
      return unsaved;
    },
    get flushAt() {
      return schedule.at;
    },
    noteSaved,
    save,
    saveNowAndThen() {
      if (now() - savedAt >= saveRefusedEveryMs || now() < savedAt) save();
      if (unsaved.length > 0) schedule.soon();
    },
    count({ usage, refusedBefore = 0 }, allowed) {
      const of = whoseDay(usage);
      if (of !== null) unsaved = countMore(unsaved, of, { requests: refusedBefore + 1, limited: refusedBefore + (allowed ? 0 : 1) });
    },
    note({ usage, limited = 0, error = false, audit = false, refusal }) {
      const of = whoseDay(usage);
      if (of === null) return;
      const { day: _, ...who } = of;
      const { counts, refusals } = store.state;
      store.save(new Map(), {
        ...store.state,
        counts: countMore(sumOf(counts, unsaved), of, { requests: limited, limited, errors: error ? 1 : 0, audits: audit ? 1 : 0 }),
        refusals: refusal === undefined ? refusals : countRefusal(refusals, { ...who, ...refusal, minute: minuteAt(now()) }),
      });
      noteSaved();
    },
    async flush() {
      save();
      const at = now();
      const counts = sumOf([], allCounts(store));
      const refusals = store.state.refusals.filter((refusal) => isOver(refusal, at));
      schedule.begin();
      try {
        if (counts.length > 0 || refusals.length > 0) await flush({ counts, refusals });
      } catch (cause) {
        schedule.noteFailure();
        throw cause;
      }
      if (store.state.refusals.length > refusals.length) schedule.soon();
      return at;
    },
    forget() {
      unsaved = [];
      savedAt = never;
      schedule.forget();
    },
  };
}
