import { secondMs } from "../../platform/index.ts";

/** How much somebody sends over one socket. */
export interface Flow {
  /** Messages that they may send at once. */
  tokens: number;
  /** When `tokens` was right. */
  at: number;
  /** Messages that were dropped since they last kept within the limit for a while. */
  dropped: number;
  /** Messages in a row that could not be read. */
  malformed: number;
}

export const messagesPerSecond = 10;
export const burst = 30;
/** Messages that are dropped before the socket is closed, beside the one that is answered with an error. */
export const patience = 100;
/** Messages in a row that cannot be read, at which the socket is closed. */
export const maxMalformed = 10;

export const newFlow = (now: number): Flow => ({ tokens: burst, at: now, dropped: 0, malformed: 0 });

/** What becomes of a message: it is taken; dropped, the first time with a word about it; or it is one too many for the socket. */
export type Admission = "take" | "warn" | "drop" | "flooding";

/** Counts one message. What was dropped is forgiven once the bucket is full again. */
export function admit(flow: Flow, now: number): Admission {
  flow.tokens = Math.min(burst, flow.tokens + (Math.max(0, now - flow.at) / secondMs) * messagesPerSecond);
  flow.at = now;
  if (flow.tokens >= burst) flow.dropped = 0;
  if (flow.tokens >= 1) {
    flow.tokens -= 1;
    return "take";
  }
  flow.dropped += 1;
  if (flow.dropped > patience) return "flooding";
  return flow.dropped === 1 ? "warn" : "drop";
}

/** Counts whether a message could be read; false when it was the last of too many that could not. */
export function noteReadable(flow: Flow, isReadable: boolean): boolean {
  flow.malformed = isReadable ? 0 : flow.malformed + 1;
  return flow.malformed < maxMalformed;
}
