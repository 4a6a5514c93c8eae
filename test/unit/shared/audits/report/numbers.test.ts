import { describe, expect, it } from "vitest";
import { count, numbersIn } from "../../../../../shared/audits/report/numbers.ts";

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

describe("a duration", () => {
  it.each([
    { durationMs: 0, en: "0 ms", es: "0 ms" },
    { durationMs: 999, en: "999 ms", es: "999 ms" },
    { durationMs: seconds, en: "1 sec", es: "1 s" },
    { durationMs: 59_900, en: "59.9 sec", es: "59,9 s" },
    { durationMs: minutes, en: "1 min 0 sec", es: "1 min 0 s" },
    { durationMs: 2 * minutes + 59_999, en: "2 min 59 sec", es: "2 min 59 s" },
    { durationMs: hours - 1, en: "59 min 59 sec", es: "59 min 59 s" },
    { durationMs: hours, en: "1 hr 0 min", es: "1 h 0 min" },
    { durationMs: 26 * hours + 5 * minutes, en: "26 hr 5 min", es: "26 h 5 min" },
  ])("of $durationMs ms reads $en, and $es in Spanish", ({ durationMs, en, es }) => {
    expect(numbersIn("en").duration(durationMs)).toBe(en);
    expect(numbersIn("es").duration(durationMs)).toBe(es);
  });
});

describe("a size", () => {
  it.each([
    { bytes: 999, en: "999 byte", es: "999 B" },
    { bytes: 1_000, en: "1 kB", es: "1 kB" },
    { bytes: 48_200, en: "48 kB", es: "48 kB" },
    { bytes: 999_000, en: "999 kB", es: "999 kB" },
    { bytes: 1_000_000, en: "1 MB", es: "1 MB" },
    { bytes: 1_260_000, en: "1.3 MB", es: "1,3 MB" },
  ])("of $bytes bytes reads $en, and $es in Spanish", ({ bytes, en, es }) => {
    expect(numbersIn("en").size(bytes)).toBe(en);
    expect(numbersIn("es").size(bytes)).toBe(es);
  });
});

describe("a time", () => {
  it("is UTC and says so, wherever it is read", () => {
    const at = Date.UTC(2026, 10, 22, 23, 5, 59);
    expect(numbersIn("en").dateTime(at)).toBe("November 22, 2026 at 11:05 PM UTC");
    expect(numbersIn("es").dateTime(at)).toBe("22 de noviembre de 2026 a las 23:05 UTC");
  });
});

describe("a count", () => {
  it.each([
    { n: 0, en: "0 pages", es: "0 páginas" },
    { n: 1, en: "1 page", es: "1 página" },
    { n: 12_345, en: "12,345 pages", es: "12.345 páginas" },
  ])("of $n reads $en, and $es in Spanish", ({ n, en, es }) => {
    expect(count("en", "page", "pages")(n)).toBe(en);
    expect(count("es", "página", "páginas")(n)).toBe(es);
  });

  it("without a noun is written as its language does", () => {
    expect(numbersIn("en").count(12_345)).toBe("12,345");
    expect(numbersIn("es").count(12_345)).toBe("12.345");
  });
});
