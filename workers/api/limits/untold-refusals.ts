import { type Clock, secondMs } from "../../../shared/platform/index.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { LimitedCaller } from "./caller.ts";

/** So long what an isolate refused by itself waits to be told together. It is told after the answer, for which the platform gives 30 s. */
export const tellAfterMs = 10 * secondMs;
/** Whoever was to tell it by then was ended by the platform. */
const givenUpMs = 2 * tellAfterMs;
const capacity = 10_000;

interface Untold {
  readonly count: number;
  /** When somebody began to wait for telling it. */
  readonly since: number;
}

/** How many requests an isolate refused by itself, by caller and workspace, since their limiter heard of it last. */
export interface UntoldRefusals {
  /** One more. Says whether it is the caller of this who is to tell it after `tellAfterMs`; else somebody does already. */
  add(caller: LimitedCaller): boolean;
  /** Hands out how many there are, once: they are told now. */
  take(caller: LimitedCaller): number;
}

export function createUntoldRefusals(now: Clock): UntoldRefusals {
  const entries = new BoundedMap<Untold>(capacity);
  const nameOf = ({ name, usage }: LimitedCaller) => `${name} ${usage?.workspaceId}`;
  return {
    add(caller) {
      // Of an address, and of people in no workspace, no usage is counted.
      if (caller.usage === undefined) return false;
      const untold = entries.get(nameOf(caller));
      const isAwaited = untold !== undefined && now() < untold.since + givenUpMs;
      entries.set(nameOf(caller), { count: (untold?.count ?? 0) + 1, since: isAwaited ? untold.since : now() });
      return !isAwaited;
    },
    take(caller) {
      const { count } = entries.get(nameOf(caller)) ?? { count: 0 };
      entries.delete(nameOf(caller));
      return count;
    },
  };
}
