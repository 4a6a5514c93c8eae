import { hourMs, minuteMs, secondMs } from "../../platform/index.ts";
import type { FailureKind } from "../kinds/kind.ts";
import type { AttemptReport } from "./endpoint.ts";

/** How long to wait after each failed attempt; there is none after the last. As Svix does (docs.svix.com/retries), and two more days. */
const waits = [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs, 24 * hourMs] as const;
/** Each wait is up to this part shorter or longer: what failed together does not come back together. */
const jitter = 0.2;

/** Attempts of one round, at most. */
const mostTries = { schedule: waits.length + 1, few: 3, never: 1 } as const;
/** A receiver that asks for more is asked again all the same. */
const longestRetryAfterMs = 12 * hourMs;

type Result = AttemptReport["result"];
export type Failed = Extract<Result, { is: "failed" }>;

/** What ends without an answer may have arrived all the same. */
const unknowns: ReadonlySet<FailureKind> = new Set<FailureKind>(["lost", "timeout", "connection"]);

/**
 * Whether nobody knows if the receiver acted on the attempt: it may have before it failed, or in spite of an answer that we do not understand.
 * @param status of the last answer; null where there was none
 */
export const isUnknown = ({ failure }: Pick<Failed, "failure">, status: number | null): boolean =>
  unknowns.has(failure) || (status !== null && (status >= 500 || (failure === "rejected" && status >= 200 && status < 300)));

/** How long the receiver asks to be left alone, in ms, as far as that is granted; 0 when it asks for nothing. */
export const holdMs = ({ retryAfterMs = 0 }: Pick<Failed, "retryAfterMs">): number => Math.min(Math.max(0, Math.ceil(retryAfterMs)), longestRetryAfterMs);

export interface FailedTry {
  /** ms since 1970. */
  readonly now: number;
  /** Attempts of this round, with the one that failed. */
  readonly tries: number;
  readonly result: Pick<Failed, "failure" | "retry" | "retryAfterMs">;
  /** Of the last answer; null where there was none. */
  readonly status: number | null;
  /** In ms (`Kind.afterUnknownMs`). */
  readonly afterUnknownMs: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** When to try again, ms since 1970; null when the failure is final. Never earlier than the schedule says. */
export function nextAttemptAt({ now, tries, result, status, afterUnknownMs, random }: FailedTry): number | null {
  const wait = waits[tries - 1];
  if (wait === undefined || tries >= mostTries[result.retry]) return null;
  const scheduled = Math.round(wait * (1 - jitter + 2 * jitter * random()));
  return now + Math.max(scheduled, holdMs(result), isUnknown(result, status) ? afterUnknownMs : 0);
}
