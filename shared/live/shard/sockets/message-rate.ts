import { secondMs } from "../../../platform/index.ts";

/** How fast somebody sends over one socket. */
export interface MessageRate {
  /** Messages that they may send at once. */
  tokens: number;
  /** When `tokens` was right. */
  at: number;
  /** Messages that were dropped since they last kept within the limit for a while. */
  dropped: number;
  /** Messages in a row that could not be read. */
  malformed: number;
  /** Subscriptions in a row that were refused for what they ask for. */
  refused: number;
}

/** Messages that are taken of one client, over one socket. */
export const clientMessagesPerSecond = 10;
/** As many may come at once. */
export const burst = 30;
/** Messages that are dropped before the socket is closed, beside the one that is answered with an error. */
export const patience = 100;
/** Messages in a row that cannot be read, at which the socket is closed. */
export const maxMalformed = 10;
/** Subscriptions in a row that are refused, at which the socket is closed: twice as many as it may have, since all that somebody followed may be gone. */
export const maxRefused = 100;

export const newMessageRate = (now: number): MessageRate => ({ tokens: burst, at: now, dropped: 0, malformed: 0, refused: 0 });

/** What becomes of a message: it is taken; dropped, the first time with a word about it; or it is one too many for the socket. */
export type Admission = "take" | "warn" | "drop" | "flooding";

/** Counts one message. What was dropped is forgiven once the bucket is full again. */
export function countMessage(rate: MessageRate, now: number): Admission {
  rate.tokens = Math.min(burst, rate.tokens + (Math.max(0, now - rate.at) / secondMs) * clientMessagesPerSecond);
  rate.at = now;
  if (rate.tokens >= burst) rate.dropped = 0;
  if (rate.tokens >= 1) {
    rate.tokens -= 1;
    return "take";
  }
  rate.dropped += 1;
  if (rate.dropped > patience) return "flooding";
  return rate.dropped === 1 ? "warn" : "drop";
}

/** Counts whether a message could be read; false when it was the last of too many that could not. */
export function noteReadable(rate: MessageRate, isReadable: boolean): boolean {
  rate.malformed = isReadable ? 0 : rate.malformed + 1;
  return rate.malformed < maxMalformed;
}

/** Counts whether a subscription was refused; false when it was the last of too many that were. */
export function noteSubscription(rate: MessageRate, isRefused: boolean): boolean {
  rate.refused = isRefused ? rate.refused + 1 : 0;
  return rate.refused < maxRefused;
}
