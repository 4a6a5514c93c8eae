import type { Language } from "../../platform/index.ts";

/** Writes a number with its noun: `count("en", "page", "pages")(3)` is "3 pages". */
export function count(language: Language, one: string, many: string): (n: number) => string {
  const format = new Intl.NumberFormat(language);
  return (n) => `${format.format(n)} ${n === 1 ? one : many}`;
}

/** Numbers as people of a language write them. Times of day are UTC, since a report is read anywhere. */
export function numbersIn(language: Language) {
  const plain = new Intl.NumberFormat(language);
  const unit = (name: string, digits: number) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: digits });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  const [ms, seconds, minutes, hours, kilobytes, megabytes, bytes] = [
    unit("millisecond", 0),
    unit("second", 1),
    unit("minute", 0),
    unit("hour", 0),
    unit("kilobyte", 0),
    unit("megabyte", 1),
    unit("byte", 0),
  ];

  return {
    count: (n: number): string => plain.format(n),
    dateTime: (atMs: number): string => `${date.format(atMs)} UTC`,

    duration(durationMs: number): string {
      if (durationMs < 1_000) return ms.format(durationMs);
      if (durationMs < 60_000) return seconds.format(durationMs / 1_000);
      const wholeMinutes = Math.floor(durationMs / 60_000);
      if (wholeMinutes < 60) return `${minutes.format(wholeMinutes)} ${seconds.format(Math.floor((durationMs % 60_000) / 1_000))}`;
      return `${hours.format(Math.floor(wholeMinutes / 60))} ${minutes.format(wholeMinutes % 60)}`;
    },

    /** Bytes in decimal kilobytes and megabytes, as browsers' network panels show them. */
    size(n: number): string {
      if (n < 1_000) return bytes.format(n);
      return n < 1_000_000 ? kilobytes.format(n / 1_000) : megabytes.format(n / 1_000_000);
    },
  };
}
export type Numbers = ReturnType<typeof numbersIn>;
