import { Cron } from "croner";

/** What says when something is started. Times are ms since 1970. */
export interface TimePlan {
  /** Five fields; null where `everyMs` says when. */
  readonly cron: string | null;
  /** From one time to the next, counted from `anchorAt`; null where `cron` says when. */
  readonly everyMs: number | null;
  readonly anchorAt: number;
  /** IANA name. */
  readonly timeZone: string;
  /** There is no time from then on; null for never. */
  readonly untilAt: number | null;
}

/** The first time after another one, which it never is itself; null when there is none any more. */
export type NextTime = (after: number) => number | null;

/**
 * The times of a plan. A clock that is put forward leaves times out, and one that is put back has some twice. A fixed time, or each of a list or range of
 * them, comes once all the same: at the first minute that there is, and at the first of two. What has `*` or a step in its minute or hour goes with the
 * clock: what it leaves out does not come, and what it has twice comes twice. `every` counts real time.
 */
export function timesOf({ cron, everyMs, anchorAt, timeZone, untilAt }: TimePlan): NextTime {
  const next = cron === null ? everyAfter(anchorAt, everyMs ?? 0) : cronAfter(cron, timeZone);
  return (after) => {
    const time = next(after);
    return time === null || (untilAt !== null && time >= untilAt) ? null : time;
  };
}

/** No time before the first, which is one step after the anchor. */
function everyAfter(anchorAt: number, everyMs: number): NextTime {
  return (after) => (everyMs <= 0 ? null : anchorAt + Math.max(1, Math.floor((after - anchorAt) / everyMs) + 1) * everyMs);
}

function cronAfter(cron: string, timezone: string): NextTime {
  const times = new Cron(cron, { timezone, mode: "5-part", fixedTimeRule: "no-wildcard" });
  return (after) => times.nextRun(new Date(after))?.getTime() ?? null;
}

/** The first `count` times after another one. */
export function nextTimesAfter(next: NextTime, after: number, count: number): number[] {
  const times: number[] = [];
  for (let time = next(after); time !== null && times.length < count; time = next(time)) times.push(time);
  return times;
}
