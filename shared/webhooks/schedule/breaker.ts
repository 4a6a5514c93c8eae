import { z } from "zod";
import { minuteMs, secondMs } from "../../platform/index.ts";

/** Outcomes are counted by slots of this length, so that there are few however many attempts are made. */
const slotMs = 10 * secondMs;
const windowMs = 5 * minuteMs;
/** Opens at this share of failures, among at least so many attempts. */
const failingShare = 0.7;
const fewestAttempts = 10;
const shortestMs = minuteMs;
const longestMs = 15 * minuteMs;

const Slot = z.object({ at: z.number(), attempts: z.number(), failures: z.number() });

/** Keeps an endpoint that fails from being asked over and over. */
export const Breaker = z.object({
  /** Outcomes of the last five minutes, oldest first; at most 31. */
  slots: z.array(Slot).readonly(),
  /** When it opened or closed last: what comes of attempts from before says nothing. */
  since: z.number(),
  /** Nothing goes out before; from then on one attempt at a time, until one succeeds. Null while it is closed. */
  openUntil: z.number().nullable(),
  /** How often in a row it opened. */
  openings: z.number(),
});
export type Breaker = Readonly<z.infer<typeof Breaker>>;

export const closedBreaker: Breaker = { slots: [], since: 0, openUntil: null, openings: 0 };

/** `half-open`: one attempt may show whether the endpoint answers again. */
export function positionOf({ openUntil }: Breaker, now: number): "closed" | "open" | "half-open" {
  if (openUntil === null) return "closed";
  return now < openUntil ? "open" : "half-open";
}

interface Outcome {
  readonly succeeded: boolean;
  /** When the attempt was taken, ms since 1970. */
  readonly takenAt: number;
}

/** The breaker once it knows of one more outcome. */
export function afterOutcome(breaker: Breaker, { succeeded, takenAt }: Outcome, now: number): Breaker {
  if (takenAt < breaker.since) return breaker;
  if (breaker.openUntil !== null) {
    if (takenAt < breaker.openUntil) return breaker;
    return succeeded ? { ...closedBreaker, since: now } : opened(breaker, now);
  }
  const slots = counted(breaker.slots, succeeded, now);
  const attempts = slots.reduce((sum, slot) => sum + slot.attempts, 0);
  const failures = slots.reduce((sum, slot) => sum + slot.failures, 0);
  return attempts >= fewestAttempts && failures >= attempts * failingShare ? opened(breaker, now) : { ...breaker, slots };
}

function opened({ openings }: Breaker, now: number): Breaker {
  return { slots: [], since: now, openUntil: now + Math.min(longestMs, shortestMs * 2 ** Math.min(openings, 10)), openings: openings + 1 };
}

function counted(slots: Breaker["slots"], succeeded: boolean, now: number): z.infer<typeof Slot>[] {
  const at = Math.floor(now / slotMs) * slotMs;
  // Those of a clock that stepped back are forgotten as well.
  const recent = slots.filter((slot) => slot.at + slotMs > now - windowMs && slot.at <= at);
  const last = recent.at(-1)?.at === at ? recent.pop() : undefined;
  return [...recent, { at, attempts: (last?.attempts ?? 0) + 1, failures: (last?.failures ?? 0) + (succeeded ? 0 : 1) }];
}
