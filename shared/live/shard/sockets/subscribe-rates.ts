import { secondMs } from "../../../platform/index.ts";

/** Subscriptions that are looked up for a person: each may cost several reads of the database. */
export const subscribesPerSecond = 5;
/** As many may come at once: four tabs that come back and follow all that they may. */
export const subscribesAtOnce = 200;
const fullAfterMs = (subscribesAtOnce / subscribesPerSecond) * secondMs;

/** How fast people subscribe, over all of their sockets in one object, and those of their keys. */
export interface SubscribeRates {
  /** Counts one; false when it is one too many just now. */
  take(userId: string): boolean;
}

interface Bucket {
  readonly tokens: number;
  /** When `tokens` was right. */
  readonly at: number;
}

export function createSubscribeRates(now: () => number): SubscribeRates {
  /** Whoever subscribed least recently comes first. */
  const buckets = new Map<string, Bucket>();

  /** Forgets those that are full again: they are no different from new ones. */
  const tidy = (time: number): void => {
    for (const [userId, { at }] of buckets) {
      if (at + fullAfterMs > time) return;
      buckets.delete(userId);
    }
  };

  return {
    take(userId) {
      const time = now();
      tidy(time);
      const known = buckets.get(userId) ?? { tokens: subscribesAtOnce, at: time };
      const tokens = Math.min(subscribesAtOnce, known.tokens + (Math.max(0, time - known.at) / secondMs) * subscribesPerSecond);
      const isTaken = tokens >= 1;
      buckets.delete(userId);
      buckets.set(userId, { tokens: isTaken ? tokens - 1 : tokens, at: time });
      return isTaken;
    },
  };
}
