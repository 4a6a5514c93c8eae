import { timeText } from "../table.ts";

/** A time in ms since 1970 as clocks of a zone say it: `Mon 2027-03-29 03:00`, with the zone behind it where `isNamed`. In UTC for a zone that is not known here. */
export function zonedText(ms: number, timeZone: string, { isNamed = true } = {}): string {
  const format = formatOf(timeZone);
  if (format === undefined) return timeText(ms);
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  const local = `${part("weekday")} ${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}`;
  return isNamed ? `${local} ${timeZone}` : local;
}

/** Whether times of this zone are said in UTC: it is UTC, or is not known here. */
export const saysUtc = (timeZone: string): boolean => timeZone === "UTC" || formatOf(timeZone) === undefined;

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const two = "2-digit";
  try {
    return new Intl.DateTimeFormat("en", { timeZone, weekday: "short", year: "numeric", month: two, day: two, hour: two, minute: two, hourCycle: "h23" });
  } catch {
    // The server may know zones that were made after this Node.
    return undefined;
  }
}
