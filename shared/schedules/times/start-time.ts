import { spread } from "../../platform/index.ts";
import { type NextTime, type TimePlan, timesOf } from "./time-plan.ts";

/** A plan of times, each put off by some of its jitter. */
export interface JitteredPlan extends TimePlan {
  /** Of the schedule: with the time, it decides by how much that one is put off. */
  readonly id: string;
  /** Each time is put off by so much at most. */
  readonly jitterMs: number;
}

/** A time that is planned, and when it is to be started. */
export interface Planned {
  readonly nextOccurrence: number;
  readonly nextAt: number;
}

export const nothingPlanned = { nextOccurrence: null, nextAt: null } as const;

/**
 * When a time is to be started: always the same, before the next time and before the end of the plan, so that times keep their order and nothing starts
 * when it is over.
 */
export function startTimeOf({ id, jitterMs, untilAt }: JitteredPlan, next: NextTime, occurrence: number): number {
  if (jitterMs === 0) return occurrence;
  const end = Math.min(next(occurrence) ?? Number.POSITIVE_INFINITY, untilAt ?? Number.POSITIVE_INFINITY);
  const longestMs = Math.max(0, Math.min(jitterMs, end - occurrence - 1));
  return occurrence + spread(`${id} ${occurrence}`, longestMs + 1);
}

/** The first time after another one, which is planned next; nothing when there is none any more. */
export function planAfter(plan: JitteredPlan, after: number): Planned | typeof nothingPlanned {
  const next = timesOf(plan);
  const nextOccurrence = next(after);
  return nextOccurrence === null ? nothingPlanned : { nextOccurrence, nextAt: startTimeOf(plan, next, nextOccurrence) };
}
