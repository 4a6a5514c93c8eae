import { describe, expect, it } from "vitest";
import { emptyLog, type SlidingLog, settle, standingOf, take } from "../../../../shared/limits/sliding-log.ts";

const windowMs = 60_000;
const start = 1_700_000_000_000;
const quota = (limit: number, cost = 1) => ({ name: "list", limit, windowMs, cost });

/** A log with hits at these times after `start`, of so many units each. */
const logOf = (...hits: readonly (readonly [at: number, units: number])[]): SlidingLog =>
  hits.reduce((log, [at, units]) => take(settle(log, start + at, windowMs), start + at, units), emptyLog);

const standingAt = (log: SlidingLog, at: number, limit: number, cost = 1) => {
  const now = start + at;
  return standingOf(settle(log, now, windowMs), now, quota(limit, cost));
};

describe("a sliding log", () => {
  it("has everything to give when nothing was taken", () => {
    expect(standingOf(emptyLog, start, quota(3))).toEqual({ used: 0, resetMs: 0, waitMs: 0 });
  });

  it("gives a unit back a whole window after it was taken, to the millisecond", () => {
    const log = logOf([0, 1], [10, 1]);
    expect(standingAt(log, 59_999, 2)).toEqual({ used: 2, resetMs: 1, waitMs: 1 });
    expect(standingAt(log, 60_000, 2)).toEqual({ used: 1, resetMs: 10, waitMs: 0 });
    expect(standingAt(log, 60_010, 2)).toEqual({ used: 0, resetMs: 0, waitMs: 0 });
  });

  it("lets a dear request wait for as many units as it needs", () => {
    const log = logOf([0, 2], [100, 3], [200, 5]);
    expect(standingAt(log, 1_000, 10, 1).waitMs).toBe(59_000);
    expect(standingAt(log, 1_000, 10, 3).waitMs).toBe(59_100);
    expect(standingAt(log, 1_000, 10, 6).waitMs).toBe(59_200);
  });

  it("lets a request that is dearer than the limit wait a whole window, since it never fits", () => {
    expect(standingAt(emptyLog, 0, 2, 3).waitMs).toBe(windowMs);
    expect(standingAt(logOf([0, 1]), 10, 2, 3).waitMs).toBe(windowMs);
  });

  it("lets nobody in under a limit of nothing", () => {
    expect(standingAt(emptyLog, 0, 0).waitMs).toBe(windowMs);
  });

  it("counts what was taken before the limit was lowered", () => {
    const log = logOf([0, 4], [500, 4]);
    expect(standingAt(log, 1_000, 3)).toEqual({ used: 8, resetMs: 59_000, waitMs: 59_500 });
  });

  it("keeps hits of the same millisecond together, in 8 bytes a millisecond and 8 for all", () => {
    expect(logOf([0, 1], [0, 2], [0, 3])).toHaveLength(16);
    expect(standingAt(logOf([0, 1], [0, 2], [0, 3]), 0, 10).used).toBe(6);
    expect(logOf([0, 1], [1, 1], [2, 1])).toHaveLength(32);
  });

  it("holds nothing that has lapsed", () => {
    expect(logOf([0, 1], [1, 1], [60_001, 1])).toHaveLength(16);
    expect(settle(logOf([0, 1]), start + windowMs, windowMs)).toBe(emptyLog);
  });

  it("steps back with the clock, and does not wait for the old time to come again", () => {
    const log = settle(logOf([0, 1], [1_000, 1]), start - 3_600_000, windowMs);
    const standing = (at: number) => standingOf(settle(log, start + at, windowMs), start + at, quota(2));
    expect(standing(-3_600_000)).toEqual({ used: 2, resetMs: 59_000, waitMs: 59_000 });
    expect(standing(-3_600_000 + 59_000)).toEqual({ used: 1, resetMs: 1_000, waitMs: 0 });
  });

  it("leaves the log that it was given as it was", () => {
    const log = logOf([0, 1], [10, 1]);
    const before = log.slice();
    take(log, start + 10, 5);
    settle(log, start + 60_005, windowMs);
    settle(log, start - 5, windowMs);
    expect(log).toEqual(before);
  });

  it("reads a log that lies somewhere within a larger buffer", () => {
    const log = logOf([0, 1], [10, 2]);
    const within = new Uint8Array(log.length + 3);
    within.set(log, 3);
    expect(standingAt(within.subarray(3), 20, 5)).toEqual(standingAt(log, 20, 5));
  });
});
