import type { Quota, QuotaState, Verdict } from "../../../shared/limits/index.ts";
import { type Clock, minuteMs } from "../../../shared/platform/index.ts";
import { BoundedMap } from "./bounded-map.ts";

const capacity = 10_000;
/** The limiter is asked again after this at the latest, also when it said to wait longer: it may have been told to forget meanwhile. */
const longestMs = minuteMs;

interface Refusal {
  readonly state: QuotaState;
  /** Units that did not fit; fewer may. */
  readonly cost: number;
  readonly at: number;
  readonly retryAt: number;
}

/** Who was refused, as an isolate remembers it: until their time they are refused without anybody being asked, so that abuse reaches nothing. */
export interface RefusalCache {
  /** The refusal that still holds. */
  find(caller: string, quota: Pick<Quota, "name" | "limit" | "cost">): Verdict | undefined;
  /** The verdict refuses for want of this quota alone. */
  remember(caller: string, quota: Pick<Quota, "name" | "cost">, verdict: Verdict): void;
  /** The limiter is asked anew. */
  forget(caller: string, quota: Pick<Quota, "name">): void;
}

export function createRefusalCache(now: Clock): RefusalCache {
  const entries = new BoundedMap<Refusal>(capacity);
  const nameOf = (caller: string, { name }: Pick<Quota, "name">) => `${caller} ${name}`;
  return {
    find(caller, quota) {
      const refusal = entries.get(nameOf(caller, quota));
      // With another limit than they were refused with, or for less, a caller may have room.
      if (refusal === undefined || refusal.state.limit !== quota.limit || quota.cost < refusal.cost) return undefined;
      if (now() >= Math.min(refusal.retryAt, refusal.at + longestMs)) return undefined;
      return {
        allowed: false,
        quotas: [{ ...refusal.state, resetMs: Math.max(0, refusal.at + refusal.state.resetMs - now()) }],
        retryAfterMs: refusal.retryAt - now(),
      };
    },
    remember(caller, quota, { quotas, retryAfterMs = 0 }) {
      const state = quotas.find((each) => each.name === quota.name);
      if (state === undefined) return;
      entries.set(nameOf(caller, quota), { state, cost: quota.cost, at: now(), retryAt: now() + retryAfterMs });
    },
    forget: (caller, quota) => entries.delete(nameOf(caller, quota)),
  };
}
