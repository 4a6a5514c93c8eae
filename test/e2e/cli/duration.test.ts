import { describe, expect, it } from "vitest";
import { durationOf, endOf } from "../../../cli/duration.ts";

const now = Date.parse("2026-11-22T10:30:00Z");
const dayMs = 86_400_000;

describe("a duration", () => {
  it.each([
    ["0", 0],
    ["45s", 45_000],
    ["30m", 1_800_000],
    ["12h", 43_200_000],
    ["90d", 90 * dayMs],
    ["2w", 14 * dayMs],
  ])("of %s has %i ms", (text, ms) => {
    expect(durationOf("--grace", text)).toBe(ms);
  });

  it.each(["", "5", "d", "1.5d", "-1d", "1D", "1d ", "1y", "1d2h", "9999999999d"])("is not %j, and the option says what to write", (text) => {
    expect(() => durationOf("--grace", text)).toThrow(`--grace: "${text}" is no duration. Write a number and a unit: 45s, 30m, 12h, 90d or 2w`);
  });
});

describe("an end", () => {
  it.each([
    ["90d", now + 90 * dayMs],
    ["never", null],
    ["2026-11-22", Date.parse("2026-11-23T00:00:00Z")],
    ["2028-02-29", Date.parse("2028-03-01T00:00:00Z")],
  ])("may be %s", (text, end) => {
    expect(endOf("--expires", text, now)).toBe(end);
  });

  it.each([
    ["2026-11-21", "--expires: 2026-11-21 is over already"],
    ["0", "--expires: 0 is over already"],
    ["2027-02-29", "--expires: there is no day 2027-02-29"],
    ["2027-13-01", "--expires: there is no day 2027-13-01"],
    ["tomorrow", '--expires: "tomorrow" is no duration'],
    ["20y", "Write a number and a unit: 45s, 30m, 12h, 90d or 2w; or a day such as 2027-03-31; or never"],
  ])("is not %s", (text, message) => {
    expect(() => endOf("--expires", text, now)).toThrow(message);
  });
});
