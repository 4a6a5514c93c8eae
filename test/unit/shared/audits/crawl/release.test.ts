import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planRelease, rateWithCrawlDelay, slotAfter, unspacedOutstanding } from "../../../../../shared/audits/crawl/release.ts";

const now = 1_000_000;

describe("a release", () => {
  it.each([
    { outcome: "one when the slot has come", rate: 2, nextSlotAt: now, outstanding: 0, count: 1, wakeAt: null },
    { outcome: "none before the slot, and says when", rate: 2, nextSlotAt: now + 300, outstanding: 0, count: 0, wakeAt: now + 300 },
    { outcome: "a quarter of a second's worth at a time on fast crawls", rate: 50, nextSlotAt: now, outstanding: 0, count: 12, wakeAt: null },
    { outcome: "no catching up after a pause", rate: 2, nextSlotAt: now - 60_000, outstanding: 0, count: 1, wakeAt: null },
    { outcome: "none while five seconds' worth is out", rate: 2, nextSlotAt: now, outstanding: 10, count: 0, wakeAt: null },
    { outcome: "none while more than that is out", rate: 2, nextSlotAt: now, outstanding: 12, count: 0, wakeAt: null },
    { outcome: "none until a report makes room, whenever the slot comes", rate: 2, nextSlotAt: now + 300, outstanding: 10, count: 0, wakeAt: null },
    { outcome: "only what fits under five seconds' worth", rate: 50, nextSlotAt: now, outstanding: 245, count: 5, wakeAt: null },
    { outcome: "one at a time on very slow crawls", rate: 1 / 30, nextSlotAt: now, outstanding: 1, count: 0, wakeAt: null },
    { outcome: "up to the limit without spacing", rate: null, nextSlotAt: now, outstanding: 6, count: unspacedOutstanding - 6, wakeAt: null },
    { outcome: "none without spacing while more than the limit is out", rate: null, nextSlotAt: now, outstanding: 200, count: 0, wakeAt: null },
    { outcome: "none without spacing while the host wants a pause", rate: null, nextSlotAt: now + 999, outstanding: 6, count: 0, wakeAt: now + 999 },
  ])("is $outcome", ({ rate, nextSlotAt, outstanding, count, wakeAt }) => {
    expect(planRelease({ now, rate, nextSlotAt, outstanding })).toEqual({ count, wakeAt });
  });

  it("never exceeds the rate over a whole crawl, whatever the pace at which it is asked", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 50, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 20, maxLength: 300 }),
        (rate, pauses) => {
          let at = now;
          let nextSlotAt = now;
          let released = 0;
          for (const pause of pauses) {
            const { count } = planRelease({ now: at, rate, nextSlotAt, outstanding: 0 });
            released += count;
            if (count > 0) nextSlotAt = slotAfter(at, nextSlotAt, rate, count);
            const bunch = Math.max(1, Math.floor(rate / 4));
            expect(released).toBeLessThanOrEqual(((at - now) / 1_000) * rate + bunch + 1e-6);
            at += pause;
          }
        },
      ),
    );
  });
});

describe("the next slot", () => {
  it.each([
    { outcome: "comes a request's time after this one", rate: 2, nextSlotAt: now, count: 1, expected: now + 500 },
    { outcome: "comes later the more went out", rate: 2, nextSlotAt: now, count: 6, expected: now + 3_000 },
    { outcome: "is counted from a slot that is still to come", rate: 2, nextSlotAt: now + 700, count: 1, expected: now + 1_200 },
    { outcome: "is not brought forward by a pause", rate: 2, nextSlotAt: now - 60_000, count: 1, expected: now + 500 },
    { outcome: "is now on a crawl without spacing", rate: null, nextSlotAt: now - 700, count: 8, expected: now },
    { outcome: "is after the pause that the host asked for, on a crawl without spacing", rate: null, nextSlotAt: now + 700, count: 8, expected: now + 700 },
  ])("$outcome", ({ rate, nextSlotAt, count, expected }) => {
    expect(slotAfter(now, nextSlotAt, rate, count)).toBe(expected);
  });
});

describe("a crawl delay", () => {
  it.each([
    { outcome: "slows an asked rate down", rate: 2, delay: 5, expected: 1 / 5 },
    { outcome: "never speeds it up", rate: 0.1, delay: 1, expected: 0.1 },
    { outcome: "is capped at 30 seconds", rate: 2, delay: 3_600, expected: 1 / 30 },
    { outcome: "spaces a crawl that was not spaced", rate: null, delay: 2, expected: 1 / 2 },
    { outcome: "of zero says nothing", rate: 2, delay: 0, expected: 2 },
    { outcome: "of zero does not space a crawl that was not spaced", rate: null, delay: 0, expected: null },
    { outcome: "that is absent says nothing", rate: null, delay: null, expected: null },
  ])("$outcome", ({ rate, delay, expected }) => {
    expect(rateWithCrawlDelay(rate, delay)).toBe(expected);
  });
});
