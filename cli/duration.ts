import { UsageError } from "./errors.ts";

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const isUnit = (text: string): text is keyof typeof units => Object.hasOwn(units, text);

/** The milliseconds that an option was given as `90d`, `12h`, `30m`, `45s`, `2w` or `0`. Throws `UsageError`, which names the option, and `others` that it takes. */
export function durationOf(option: string, text: string, others = ""): number {
  if (text === "0") return 0;
  const [, count, unit = ""] = /^(\d{1,9})([a-z])$/.exec(text) ?? [];
  if (count === undefined || !isUnit(unit)) {
    throw new UsageError(`${option}: "${text}" is no duration. Write a number and a unit: 45s, 30m, 12h, 90d or 2w${others}`);
  }
  return Number(count) * units[unit];
}

/**
 * The time, in ms since 1970, that an option was given: `90d` from now, or a day such as `2027-03-31`, whose end in UTC is meant;
 * null for `never`. Throws `UsageError`, which names the option.
 */
export function endOf(option: string, text: string, now: number): number | null {
  if (text === "never") return null;
  const end = isDay(text) ? beginOfDay(text) + units.d : now + durationOf(option, text, "; or a day such as 2027-03-31; or never");
  if (Number.isNaN(end)) throw new UsageError(`${option}: there is no day ${text}`);
  if (end <= now) throw new UsageError(`${option}: ${text} is over already`);
  return end;
}

/** The time in the past, in ms since 1970, that an option was given: `7d` before now, or the begin of a day in UTC. Throws `UsageError`, which names the option. */
export function sinceOf(option: string, text: string, now: number): number {
  const begin = isDay(text) ? beginOfDay(text) : now - durationOf(option, text, "; or a day such as 2027-03-31");
  if (Number.isNaN(begin)) throw new UsageError(`${option}: there is no day ${text}`);
  return begin;
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

function beginOfDay(day: string): number {
  const begin = Date.parse(`${day}T00:00:00Z`);
  // 31 February would be taken for a day in March.
  return Number.isNaN(begin) || !new Date(begin).toISOString().startsWith(day) ? Number.NaN : begin;
}
