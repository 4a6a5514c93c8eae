/** A time as the clocks of a zone say, to the minute, with what they are ahead of UTC: `2026-03-29T03:00+02:00`. */
export function localTime(time: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", { ...digits, timeZone });
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  // `GMT+02:00`, and of UTC itself `GMT`.
  const offset = part("timeZoneName").replace("GMT", "") || "+00:00";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}${offset}`;
}

const digits = {
  calendar: "gregory",
  numberingSystem: "latn",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZoneName: "longOffset",
} as const;
