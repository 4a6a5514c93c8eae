import { describe, expect, it } from "vitest";
import { readEvery, writeEvery } from "../../../../shared/schedules/times/every.ts";
import { localTime } from "../../../../shared/schedules/times/local-time.ts";
import { nextTimesAfter, timesOf } from "../../../../shared/schedules/times/time-plan.ts";

const plan = { cron: null, everyMs: null, anchorAt: 0, timeZone: "UTC", untilAt: null };
const hourMs = 3_600_000;
const at = (text: string): number => Date.parse(text);
const written = (time: number): string => new Date(time).toISOString().replace(":00.000Z", "Z");

/** The zone, the cron, an instant, and the instants that come after that. */
type Case = readonly [zone: string, what: string, cron: string, after: string, expected: readonly string[]];

const cases: readonly Case[] = [
  // Madrid: 29 March 2026, 2:00 becomes 3:00; 25 October 2026, 3:00 becomes 2:00.
  ["Europe/Madrid", "a time that is left out", "30 2 * * *", "2026-03-28T00:00Z", ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"]],
  ["Europe/Madrid", "the time at the end of a gap", "0 3 * * *", "2026-03-28T00:00Z", ["2026-03-28T02:00Z", "2026-03-29T01:00Z", "2026-03-30T01:00Z"]],
  ["Europe/Madrid", "two that are left out", "0,30 2 * * *", "2026-03-28T12:00Z", ["2026-03-29T01:00Z", "2026-03-30T00:00Z", "2026-03-30T00:30Z"]],
  ["Europe/Madrid", "a list around a gap", "30 1,2,3 * * *", "2026-03-28T12:00Z", ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z"]],
  ["Europe/Madrid", "a date that is that day's", "0 2 29 3 *", "2026-01-01T00:00Z", ["2026-03-29T01:00Z", "2027-03-29T00:00Z"]],
  ["Europe/Madrid", "every half hour into summer", "*/30 * * * *", "2026-03-29T00:10Z", ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z"]],
  ["Europe/Madrid", "every hour into summer", "30 * * * *", "2026-03-28T23:45Z", ["2026-03-29T00:30Z", "2026-03-29T01:30Z", "2026-03-29T02:30Z"]],
  ["Europe/Madrid", "every second hour into summer", "0 */2 * * *", "2026-03-28T20:00Z", ["2026-03-28T21:00Z", "2026-03-28T23:00Z", "2026-03-29T02:00Z"]],
  ["Europe/Madrid", "steps of an hour left out", "*/15 2 * * *", "2026-03-28T12:00Z", ["2026-03-30T00:00Z", "2026-03-30T00:15Z"]],
  ["Europe/Madrid", "a time that is there twice", "30 2 * * *", "2026-10-24T00:00Z", ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"]],
  ["Europe/Madrid", "a list there twice", "15,45 2 * * *", "2026-10-24T12:00Z", ["2026-10-25T00:15Z", "2026-10-25T00:45Z", "2026-10-26T01:15Z"]],
  [
    "Europe/Madrid",
    "every half hour into winter",
    "*/30 * * * *",
    "2026-10-24T23:45Z",
    ["2026-10-25T00:00Z", "2026-10-25T00:30Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z", "2026-10-25T02:00Z"],
  ],
  ["Europe/Madrid", "every second hour into winter", "0 */2 * * *", "2026-10-24T21:00Z", ["2026-10-24T22:00Z", "2026-10-25T00:00Z", "2026-10-25T01:00Z"]],
  // New York: 8 March 2026, 2:00 becomes 3:00; 1 November 2026, 2:00 becomes 1:00.
  ["America/New_York", "a time that is left out", "30 2 * * *", "2026-03-07T12:00Z", ["2026-03-08T07:00Z", "2026-03-09T06:30Z"]],
  ["America/New_York", "every hour into summer", "0 * * * *", "2026-03-08T05:30Z", ["2026-03-08T06:00Z", "2026-03-08T07:00Z", "2026-03-08T08:00Z"]],
  ["America/New_York", "a time that is there twice", "30 1 * * *", "2026-10-31T12:00Z", ["2026-11-01T05:30Z", "2026-11-02T06:30Z"]],
  ["America/New_York", "every hour into winter", "0 * * * *", "2026-11-01T03:30Z", ["2026-11-01T04:00Z", "2026-11-01T05:00Z", "2026-11-01T06:00Z"]],
  // Lord Howe changes by half an hour: 4 October 2026, 2:00 becomes 2:30; 5 April 2026, 2:00 becomes 1:30.
  ["Australia/Lord_Howe", "a time that is left out", "15 2 * * *", "2026-10-03T00:00Z", ["2026-10-03T15:30Z", "2026-10-04T15:15Z"]],
  ["Australia/Lord_Howe", "quarters into summer", "*/15 * * * *", "2026-10-03T15:10Z", ["2026-10-03T15:15Z", "2026-10-03T15:30Z", "2026-10-03T15:45Z"]],
  ["Australia/Lord_Howe", "a time that is there twice", "45 1 * * *", "2026-04-04T00:00Z", ["2026-04-04T14:45Z", "2026-04-05T15:15Z"]],
  [
    "Australia/Lord_Howe",
    "quarters into winter",
    "*/15 * * * *",
    "2026-04-04T14:25Z",
    ["2026-04-04T14:30Z", "2026-04-04T14:45Z", "2026-04-04T15:00Z", "2026-04-04T15:15Z", "2026-04-04T15:30Z"],
  ],
  // São Paulo: 4 November 2018, 0:00 became 1:00; 18 February 2018, 0:00 became 23:00 of the day before; no changes since 2019.
  ["America/Sao_Paulo", "midnight that is left out", "0 0 * * *", "2018-11-03T00:00Z", ["2018-11-03T03:00Z", "2018-11-04T03:00Z", "2018-11-05T02:00Z"]],
  ["America/Sao_Paulo", "the last half hour twice", "30 23 * * *", "2018-02-16T12:00Z", ["2018-02-17T01:30Z", "2018-02-18T01:30Z", "2018-02-19T02:30Z"]],
  ["America/Sao_Paulo", "midnight, of a year without", "0 0 * * *", "2026-11-03T12:00Z", ["2026-11-04T03:00Z", "2026-11-05T03:00Z"]],
  ["America/Sao_Paulo", "evening, of a year without", "30 23 * * *", "2026-02-16T12:00Z", ["2026-02-17T02:30Z", "2026-02-18T02:30Z", "2026-02-19T02:30Z"]],
  ["UTC", "which never changes, in March", "30 2 * * *", "2026-03-28T00:00Z", ["2026-03-28T02:30Z", "2026-03-29T02:30Z", "2026-03-30T02:30Z"]],
  ["UTC", "which never changes, in October", "30 2 * * *", "2026-10-24T12:00Z", ["2026-10-25T02:30Z", "2026-10-26T02:30Z"]],
];

describe("the times of a cron", () => {
  it.each(cases)("in %s: %s (%s)", (timeZone, _what, cron, after, expected) => {
    expect(nextTimesAfter(timesOf({ ...plan, cron, timeZone }), at(after), expected.length).map(written)).toEqual(expected);
  });

  it.each([
    ["Sundays as 7", "0 9 * * 7", ["2026-03-29T09:00Z", "2026-04-05T09:00Z"]],
    ["names of days", "0 9 * * FRI-SAT", ["2026-03-28T09:00Z", "2026-04-03T09:00Z"]],
    ["a range to 7", "0 9 * * 5-7", ["2026-03-28T09:00Z", "2026-03-29T09:00Z", "2026-04-03T09:00Z"]],
    ["names of months", "0 0 1 JAN,JUL *", ["2026-07-01T00:00Z", "2027-01-01T00:00Z"]],
    ["either of a day of the month and one of the week", "0 9 1 * MON", ["2026-03-30T09:00Z", "2026-04-01T09:00Z", "2026-04-06T09:00Z"]],
    ["the leap day", "0 0 29 2 *", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]],
  ])("know %s", (_what, cron, expected) => {
    expect(nextTimesAfter(timesOf({ ...plan, cron }), at("2026-03-28T00:00Z"), expected.length).map(written)).toEqual(expected);
  });

  it("are none where the day never comes", () => {
    expect(timesOf({ ...plan, cron: "0 0 31 2 *" })(0)).toBeNull();
  });

  it("are none from the end on", () => {
    const next = timesOf({ ...plan, cron: "0 * * * *", untilAt: at("2026-03-28T03:00Z") });
    expect(nextTimesAfter(next, at("2026-03-28T00:30Z"), 10).map(written)).toEqual(["2026-03-28T01:00Z", "2026-03-28T02:00Z"]);
  });

  it("come after a time, which is none of them", () => {
    const next = timesOf({ ...plan, cron: "0 * * * *" });
    expect(next(at("2026-03-28T03:00Z"))).toBe(at("2026-03-28T04:00Z"));
    expect(next(at("2026-03-28T03:00Z") - 1)).toBe(at("2026-03-28T03:00Z"));
  });
});

describe("the times of an interval", () => {
  const next = timesOf({ ...plan, everyMs: 6 * hourMs, anchorAt: at("2026-03-28T20:00Z"), timeZone: "Europe/Madrid" });

  it("are counted from its beginning in real time, over a change of clocks too", () => {
    expect(nextTimesAfter(next, at("2026-03-28T20:00Z"), 3).map(written)).toEqual(["2026-03-29T02:00Z", "2026-03-29T08:00Z", "2026-03-29T14:00Z"]);
  });

  it("begin one step after it, whenever is asked", () => {
    expect(written(next(0) ?? 0)).toBe("2026-03-29T02:00Z");
    expect(written(next(at("2026-03-29T02:00Z")) ?? 0)).toBe("2026-03-29T08:00Z");
  });

  it.each([
    ["30m", 1_800_000, "30m"],
    ["120m", 7_200_000, "2h"],
    ["6h", 21_600_000, "6h"],
    ["7d", 604_800_000, "7d"],
  ])("%s are read, and written in the longest unit", (text, ms, shown) => {
    expect(readEvery(text)).toBe(ms);
    expect(writeEvery(ms)).toBe(shown);
  });
});

describe("a time as clocks say", () => {
  it.each([
    ["Europe/Madrid", "2026-03-29T00:59Z", "2026-03-29T01:59+01:00"],
    ["Europe/Madrid", "2026-03-29T01:00Z", "2026-03-29T03:00+02:00"],
    ["America/New_York", "2026-03-29T03:00Z", "2026-03-28T23:00-04:00"],
    ["Australia/Lord_Howe", "2026-04-04T15:30Z", "2026-04-05T02:00+10:30"],
    ["UTC", "2026-03-29T00:00Z", "2026-03-29T00:00+00:00"],
  ])("in %s at %s is %s", (timeZone, instant, expected) => {
    expect(localTime(at(instant), timeZone)).toBe(expected);
  });
});
