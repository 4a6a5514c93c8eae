import { dayMs, hourMs, minuteMs } from "../../platform/index.ts";

const units = { d: dayMs, h: hourMs, m: minuteMs } as const;

/** `30m`, `6h` or `7d`, as the schema lets it through, in milliseconds. */
export function readEvery(text: string): number {
  const unit = text.at(-1);
  const ms = unit === "d" || unit === "h" ? units[unit] : units.m;
  return Number.parseInt(text, 10) * ms;
}

/** The same in the longest unit in which it is a whole number, so that `120m` reads `2h`. */
export function writeEvery(everyMs: number): string {
  for (const [unit, ms] of Object.entries(units)) if (everyMs % ms === 0) return `${everyMs / ms}${unit}`;
  return `${everyMs / minuteMs}m`;
}
