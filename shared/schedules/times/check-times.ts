import { timeZoneNamed } from "../../identity/index.ts";
import { AppError, type FieldError, minuteMs } from "../../platform/index.ts";
import { cronProblem } from "./cron-fields.ts";
import { readEvery } from "./every.ts";
import { nextTimesAfter, type TimePlan, timesOf } from "./time-plan.ts";

/** What people schedule comes no more often. */
const leastMs = 5 * minuteMs;
/** Coming times whose distances are looked at: more than a day of the closest that are allowed, and years of sparse ones. */
const timesLookedAt = 300;

interface AskedTimes {
  readonly cron?: string | undefined;
  readonly every?: string | undefined;
  readonly timeZone: string;
}

type CheckedTimes = Pick<TimePlan, "cron" | "everyMs" | "timeZone">;

/**
 * What somebody asked for, as it is stored. It comes at some time after `now`, and never more often than every five minutes.
 * @throws AppError `invalid` that says of each field what is wrong with it, and what would be right
 */
export function checkTimes({ cron, every, timeZone }: AskedTimes, now: number): CheckedTimes {
  const zone = timeZoneNamed(timeZone);
  const problems: FieldError[] = [];
  if (zone === null) problems.push(problemAt("timeZone", "Give the name of a time zone, such as Europe/Madrid or UTC."));
  if ((cron === undefined) === (every === undefined)) problems.push(problemAt("cron", oneOfBoth(cron !== undefined)));
  const unread = cron === undefined ? null : cronProblem(cron);
  if (unread !== null) problems.push(problemAt("cron", unread));
  const checked = { cron: cron === undefined ? null : plainCron(cron), everyMs: every === undefined ? null : readEvery(every), timeZone: zone ?? "UTC" };
  if (problems.length === 0) problems.push(...timingProblems(checked, now));
  refuseProblems(problems);
  return checked;
}

const plainCron = (cron: string): string => cron.trim().split(/\s+/).join(" ").toUpperCase();

const oneOfBoth = (isBoth: boolean): string =>
  isBoth
    ? "Give either cron or every: both say when."
    : 'Say when: cron for times of the clock, such as "0 9 * * MON", or every for how much from one time to the next, such as "6h".';

function timingProblems(checked: CheckedTimes, now: number): FieldError[] {
  const field = checked.cron === null ? "every" : "cron";
  const times = nextTimesAfter(timesOf({ ...checked, anchorAt: now, untilAt: null }), now, checked.cron === null ? 2 : timesLookedAt);
  const [first] = times;
  if (first === undefined) return [problemAt(field, "This time never comes, such as a February 30. Give one that does.")];
  const isTooOften = times.some((time, index) => index > 0 && time - (times[index - 1] ?? 0) < leastMs);
  const example = field === "cron" ? '"*/5 * * * *"' : '"5m"';
  return isTooOften
    ? [problemAt(field, `This comes more often than every 5 minutes. Leave 5 minutes at least from one time to the next, such as ${example}.`)]
    : [];
}

/** What is wrong with a field of the body. */
export const problemAt = (path: string, message: string): FieldError => ({ path: `body.${path}`, message });

/** @throws AppError `invalid` that names each problem, if there is any */
function refuseProblems(problems: readonly FieldError[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const message = others.length === 0 ? first.message : "Some values are not valid; `errors` names each of them.";
  throw new AppError("invalid", message, { errors: problems });
}

/** @throws AppError `invalid` for an end that is over already */
export function refusePast(until: number | null | undefined, now: number): void {
  if (until === undefined || until === null || until > now) return;
  refuseProblems([problemAt("until", "This time is over already. Give one that comes, or null for no end.")]);
}
