import { minuteMs } from "../platform/index.ts";
import { type Overlap, type Placed, placeRun, skipped, type Unfinished, withPlaced } from "./place-run.ts";
import type { missedPolicies } from "./schemas.ts";
import { type JitteredPlan, nothingPlanned, type Planned, startTimeOf } from "./times/start-time.ts";
import { type NextTime, timesOf } from "./times/time-plan.ts";

type Missed = (typeof missedPolicies)[number];

/** Times of which `all` makes up for, the latest ones. */
export const mostMadeUpFor = 100;
/** A time is missed when it could not be started for so long, or when another one came since: a crowd that is due in the same minute takes some to start. */
const onTimeMs = 30 * minuteMs;
/** The least that a window of past times is, in ms: as many of the closest as are looked for fit in. */
const windowMs = mostMadeUpFor * 5 * minuteMs;

interface TickInput extends JitteredPlan {
  /** The time that was planned; it is past, or put off. */
  readonly nextOccurrence: number;
  readonly missed: Missed;
  readonly overlap: Overlap;
  readonly unfinished: Unfinished;
  /** Why nothing may be started now, such as that the workspace is suspended; null when it may. */
  readonly refusal: string | null;
}

export type TickRun = Placed & { readonly occurrence: number };

export interface Tick {
  /** What becomes of times that came, oldest first. What came and is not among them was passed over, since it was missed. */
  readonly runs: readonly TickRun[];
  readonly next: Planned | typeof nothingPlanned;
}

/** What is to become of a schedule's times that have come by `now`, and which is the next one. Pure: the same for the same. */
export function planTick(input: TickInput, now: number): Tick {
  const next = timesOf(input);
  const past = latestTimes(next, { from: input.nextOccurrence, to: now, most: mostMadeUpFor + 1 });
  const last = past.at(-1);
  // Of two times the one starts before the other comes, so only the last may still be put off.
  const isPutOff = last !== undefined && startTimeOf(input, next, last) > now;
  const come = isPutOff ? past.slice(0, -1) : past;
  const coming = isPutOff ? last : next(now);
  return {
    runs: placeAll(input, madeUpFor(input, next, come, now)),
    next: coming === null ? nothingPlanned : { nextOccurrence: coming, nextAt: startTimeOf(input, next, coming) },
  };
}

/** Those that are to be run: the last if it is on time, and of those that were missed as many as the policy says. */
function madeUpFor(input: TickInput, next: NextTime, come: readonly number[], now: number): readonly number[] {
  const last = come.at(-1);
  if (last === undefined) return [];
  if (input.missed === "all") return come.slice(-mostMadeUpFor);
  const isOnTime = now - startTimeOf(input, next, last) <= onTimeMs;
  return input.missed === "latest" || isOnTime ? [last] : [];
}

function placeAll({ overlap, refusal, unfinished }: TickInput, occurrences: readonly number[]): TickRun[] {
  let beside = unfinished;
  return occurrences.map((occurrence) => {
    const placed = refusal === null ? placeRun(overlap, beside) : skipped(refusal);
    beside = withPlaced(beside, placed);
    return { occurrence, ...placed };
  });
}

interface Window {
  /** A time of the plan. */
  readonly from: number;
  readonly to: number;
  readonly most: number;
}

/** The latest times of a plan from one time to another, both included. A year of times every few minutes is not gone through for them. */
function latestTimes(next: NextTime, { from, to, most }: Window): number[] {
  for (let lengthMs = windowMs; ; lengthMs *= 2) {
    const start = Math.max(from, to - lengthMs);
    const times: number[] = [];
    for (let time = next(start - 1); time !== null && time <= to; time = next(time)) times.push(time);
    if (times.length >= most || start === from) return times.slice(-most);
  }
}
