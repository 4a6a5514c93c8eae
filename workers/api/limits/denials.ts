import type { Quota, QuotaState, Verdict } from "../../../shared/limits/index.ts";
import { type Clock, minuteMs } from "../../../shared/platform/index.ts";
import { BoundedMap } from "./bounded-map.ts";

const capacity = 10_000;
/** The limiter is asked again after this at the latest, also when it said to wait longer: it may have been told to forget meanwhile. */
const longestMs = minuteMs;

interface Denial {
  readonly state: QuotaState;
  readonly at: number;
  readonly retryAt: number;
  /** Requests that were refused by it. */
  refused: number;
}

/** Who was refused, as an isolate remembers it: until their time they are refused without anybody being asked, so that abuse reaches nothing. */
export interface Denials {
  /** The refusal that still holds; each one found is counted. */
  find(caller: string, quota: Pick<Quota, "name" | "limit">): Verdict | undefined;
  remember(caller: string, quota: Pick<Quota, "name">, verdict: Verdict): void;
  /** How many requests were refused here since the limiter was asked last; tells it once. */
  takeRefused(caller: string, quota: Pick<Quota, "name">): number;
}

export function createDenials(now: Clock): Denials {
  const entries = new BoundedMap<Denial>(capacity);
  const nameOf = (caller: string, { name }: Pick<Quota, "name">) => `${caller} ${name}`;
  return {
    find(caller, quota) {
      const denial = entries.get(nameOf(caller, quota));
      // With another limit than it was refused with, a caller may have room.
      if (denial === undefined || denial.state.limit !== quota.limit || now() >= Math.min(denial.retryAt, denial.at + longestMs)) return undefined;
      denial.refused += 1;
      return {
        allowed: false,
        quotas: [{ ...denial.state, resetMs: Math.max(0, denial.at + denial.state.resetMs - now()) }],
        retryAfterMs: denial.retryAt - now(),
      };
    },
    remember(caller, quota, { quotas, retryAfterMs = 0 }) {
      const name = nameOf(caller, quota);
      const state = quotas.find((each) => each.name === quota.name);
      if (state !== undefined) entries.set(name, { state, at: now(), retryAt: now() + retryAfterMs, refused: entries.get(name)?.refused ?? 0 });
    },
    takeRefused(caller, quota) {
      const name = nameOf(caller, quota);
      const refused = entries.get(name)?.refused ?? 0;
      entries.delete(name);
      return refused;
    },
  };
}
