import { timeZoneNamed } from "../../identity/index.ts";
import { AppError, type FieldError, hourMs, minuteMs, nearest } from "../../platform/index.ts";
import { cronProblem } from "./cron-fields.ts";
import { readEvery } from "./every.ts";
import { nextTimesAfter, type TimePlan, timesOf } from "./time-plan.ts";

/** How much is left at least from one time to the next, and what people read of it. */
interface Least {
  readonly ms: number;
  readonly said: string;
  readonly cron: string;
  readonly every: string;
}

/** What people schedule comes no more often. */
const usual: Least = { ms: 5 * minuteMs, said: "5 minutes", cron: "*/5 * * * *", every: "5m" };
/** By what is started, where it is more: each report is an e-mail to many. */
const leasts: Readonly<Record<string, Least>> = { report: { ms: 6 * hourMs, said: "6 hours", cron: "0 */6 * * *", every: "6h" } };

const leastOf = (targetKind: string | undefined): Least => (targetKind === undefined ? usual : (leasts[targetKind] ?? usual));

/** Whether what is started may come less often than the other: its times have to be looked at again. */
export const isRarer = (targetKind: string, other: string): boolean => leastOf(targetKind).ms > leastOf(other).ms;

/** Coming times whose distances are looked at: more than a day of the closest that are allowed, and years of sparse ones. */
const timesLookedAt = 300;

interface AskedTimes {
  readonly cron?: string | undefined;
  readonly every?: string | undefined;
  readonly timeZone: string;
  /** What is started, where that is known. */
  readonly targetKind?: string | undefined;
}

type CheckedTimes = Pick<TimePlan, "cron" | "everyMs" | "timeZone">;

/**
 * What somebody asked for, as it is stored. It comes at some time after `now`, and never more often than what is started may come.
 * @throws AppError `invalid` that says of each field what is wrong with it, and what would be right
 */
export function checkTimes({ cron, every, timeZone, targetKind }: AskedTimes, now: number): CheckedTimes {
  const zone = timeZoneNamed(timeZone);
  const problems: FieldError[] = [];
  if (zone === null) problems.push(problemAt("timeZone", zoneProblem(timeZone)));
  if ((cron === undefined) === (every === undefined)) problems.push(problemAt("cron", oneOfBoth(cron !== undefined)));
  const unread = cron === undefined ? null : (nicknameProblem(cron) ?? cronProblem(cron));
  if (unread !== null) problems.push(problemAt("cron", unread));
  const checked = { cron: cron === undefined ? null : plainCron(cron), everyMs: every === undefined ? null : readEvery(every), timeZone: zone ?? "UTC" };
  if (problems.length === 0) problems.push(...timingProblems(checked, now, leastOf(targetKind)));
  refuseProblems(problems);
  return checked;
}

/** What a zone that is none may have been meant to be: a name with a mistake in it, or the end of one. */
function zoneProblem(name: string): string {
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  const meant = zones.find((zone) => zone.toLowerCase().endsWith(`/${name.toLowerCase()}`)) ?? nearest(name, zones);
  const advice = meant === undefined ? "Give the name of one, such as Europe/Madrid or UTC." : `Did you mean ${meant}?`;
  return `"${name}" is no time zone. ${advice}`;
}

/** Names that some programs have for an expression; one way to write a time is enough. */
const nicknames: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * SUN",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

function nicknameProblem(cron: string): string | null {
  const written = new Map(Object.entries(nicknames)).get(cron.trim().toLowerCase());
  return written === undefined ? null : `Names such as ${cron.trim()} are not known here. Write "${written}" instead.`;
}

const plainCron = (cron: string): string => cron.trim().split(/\s+/).join(" ").toUpperCase();

const oneOfBoth = (isBoth: boolean): string =>
  isBoth
    ? "Give either cron or every: both say when."
    : 'Say when: cron for times of the clock, such as "0 9 * * MON", or every for how much from one time to the next, such as "6h".';

function timingProblems(checked: CheckedTimes, now: number, least: Least): FieldError[] {
  const field = checked.cron === null ? "every" : "cron";
  const times = comingTimes(checked, now);
  if (times.length === 0) return [problemAt(field, "This time never comes, such as a February 30. Give one that does.")];
  // Clocks that are put forward bring times of the clock closer by an hour, which nobody means; between times minutes apart it is no matter.
  const apart = least.ms > hourMs ? comingTimes({ ...checked, timeZone: "UTC" }, now) : times;
  const isTooOften = apart.some((time, index) => index > 0 && time - (apart[index - 1] ?? 0) < least.ms);
  if (!isTooOften) return [];
  return [
    problemAt(field, `This comes more often than every ${least.said}. Leave ${least.said} at least from one time to the next, such as "${least[field]}".`),
  ];
}

const comingTimes = (checked: CheckedTimes, now: number): number[] =>
  nextTimesAfter(timesOf({ ...checked, anchorAt: now, untilAt: null }), now, checked.cron === null ? 2 : timesLookedAt);

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
