import { type Clock, minuteMs, sha256Hex } from "../../../shared/platform/index.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { LimitedCaller } from "./caller.ts";

const capacity = 10_000;
/** Limits of a key that were changed, and the workspace of a person, are seen anew after this at the latest. */
const rememberMs = minuteMs;

/**
 * Whose credentials an isolate saw let in a moment ago. Nobody is let in by this: it tells which limiter to ask while the database is asked,
 * instead of after it.
 */
export interface KnownCallers {
  find(digest: string): LimitedCaller | undefined;
  note(digest: string, caller: LimitedCaller): void;
  forget(digest: string): void;
}

export function createKnownCallers(now: Clock): KnownCallers {
  const entries = new BoundedMap<{ readonly caller: LimitedCaller; readonly until: number }>(capacity);
  return {
    find(digest) {
      const entry = entries.get(digest);
      return entry !== undefined && entry.until > now() ? entry.caller : undefined;
    },
    note: (digest, caller) => entries.set(digest, { caller, until: now() + rememberMs }),
    forget: (digest) => entries.delete(digest),
  };
}

/** By what a credential is remembered: not itself. `where` is the workspace that is named beside it, since one token serves several. */
export const digestOf = (text: string, where: string): Promise<string> => sha256Hex(`${where}\n${text}`);
