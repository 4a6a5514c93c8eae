import { backoffMs, minuteMs, secondMs } from "../../../platform/index.ts";
import type { StateStore } from "../shard-state.ts";

/** Something that is to be done at a time, and that one alarm serves together with all the rest. */
export interface Duty {
  readonly name: string;
  /** When it is due, ms since 1970; null for not before something happens. Asked after everything that happens, so it looks nothing up. */
  at(): number | null;
  /** Does what is due; what it throws is reported, and it is done again later. */
  run(): void | Promise<void>;
}

export interface Duties {
  /** When `work` is wanted next; null for not before something happens. */
  wakeAt(): number | null;
  /** Does all that is due, side by side. Never throws: what fails waits longer each time, and keeps nothing else from its turn. */
  work(): Promise<void>;
}

interface DutiesDeps {
  readonly store: StateStore;
  readonly now: () => number;
  readonly random: () => number;
  readonly fault: (what: string, cause: unknown) => void;
}

/** The first retry comes within 20 s, and later ones within 10 minutes of each other. */
const backoff = { baseMs: 10 * secondMs, capMs: 5 * minuteMs };

export function createDuties(duties: readonly Duty[], { store, now, random, fault }: DutiesDeps): Duties {
  const dueAt = ({ name, at }: Duty): number => {
    const wanted = at();
    return wanted === null ? Number.POSITIVE_INFINITY : Math.max(wanted, store.current.retries[name]?.notBefore ?? 0);
  };
  const noteFailure = (name: string): void => {
    const failures = (store.current.retries[name]?.failures ?? 0) + 1;
    // At least the half of it is certain: jitter alone may come to nothing, and an alarm that rings at once again and again never sleeps.
    const waitMs = Math.min(backoff.capMs, backoff.baseMs * 2 ** (failures - 1)) + backoffMs(failures, backoff, random);
    store.save({ retries: { ...store.current.retries, [name]: { failures, notBefore: now() + waitMs } } });
  };
  const noteSuccess = (name: string): void => {
    const { [name]: failed, ...rest } = store.current.retries;
    if (failed !== undefined) store.save({ retries: rest });
  };
  const attend = async (duty: Duty): Promise<void> => {
    try {
      await duty.run();
      noteSuccess(duty.name);
    } catch (cause) {
      fault(`live connections: ${duty.name} failed`, cause);
      noteFailure(duty.name);
    }
  };

  return {
    wakeAt() {
      let first = Number.POSITIVE_INFINITY;
      for (const duty of duties) first = Math.min(first, dueAt(duty));
      return first === Number.POSITIVE_INFINITY ? null : first;
    },
    async work() {
      await Promise.all(duties.filter((duty) => dueAt(duty) <= now()).map(attend));
    },
  };
}
