import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minuteMs, secondMs } from "../../../../../shared/platform/index.ts";
import { afterOutcome, type Breaker, closedBreaker, positionOf } from "../../../../../shared/webhooks/schedule/breaker.ts";

const start = 1_800_000_000_000;
/** Outcomes one after the other, a second apart: `+` for success, `-` for failure. */
const played = (outcomes: string, breaker: Breaker = closedBreaker, from = start, everyMs = secondMs): Breaker =>
  outcomes
    .split("")
    .reduce<Breaker>((so, sign, at) => afterOutcome(so, { succeeded: sign === "+", takenAt: from + at * everyMs }, from + at * everyMs), breaker);

describe("a breaker", () => {
  it.each([
    ["nine failures", "---------", "closed"],
    ["ten failures", "----------", "open"],
    ["seven failures of ten", "+++-------", "open"],
    ["six failures of ten", "++++------", "closed"],
    ["failures of less than 70 %, however many", "++-++-++---++-++-++-----", "closed"],
  ] as const)("is, after %s, as it should be", (_, outcomes, position) => {
    expect(positionOf(played(outcomes), start + minuteMs / 2)).toBe(position);
  });

  it("does not count failures from more than five minutes before", () => {
    expect(positionOf(played("----------", closedBreaker, start, 40 * secondMs), start + 400 * secondMs)).toBe("closed");
    expect(positionOf(played("----------", closedBreaker, start, 30 * secondMs), start + 270 * secondMs)).toBe("open");
  });

  it("stays open for a minute, and twice as long each time that the probe fails, up to a quarter of an hour", () => {
    let breaker = played("----------");
    const lengths: number[] = [];
    for (let probes = 0; probes < 6; probes++) {
      const until = breaker.openUntil ?? 0;
      lengths.push((until - breaker.since) / minuteMs);
      expect(positionOf(breaker, until - 1)).toBe("open");
      expect(positionOf(breaker, until)).toBe("half-open");
      breaker = afterOutcome(breaker, { succeeded: false, takenAt: until }, until + secondMs);
    }
    expect(lengths).toEqual([1, 2, 4, 8, 15, 15]);
  });

  it("closes when the probe succeeds, and begins anew", () => {
    const open = played("----------");
    const until = open.openUntil ?? 0;
    const closed = afterOutcome(open, { succeeded: true, takenAt: until }, until + 5);
    expect(positionOf(closed, until + 5)).toBe("closed");
    const again = played("----------", closed, until + minuteMs);
    expect((again.openUntil ?? 0) - again.since).toBe(minuteMs);
  });

  it("learns nothing from attempts of before it opened, or of before it closed", () => {
    const open = played("----------");
    const until = open.openUntil ?? 0;
    expect(afterOutcome(open, { succeeded: true, takenAt: start }, until + 1)).toBe(open);
    const closed = afterOutcome(open, { succeeded: true, takenAt: until }, until + 5);
    expect(afterOutcome(closed, { succeeded: false, takenAt: until + 4 }, until + 6)).toBe(closed);
  });

  it("remembers little, whatever comes, and opens only for failures", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ afterMs: fc.integer({ min: -5_000, max: 60_000 }), succeeded: fc.boolean() }), { maxLength: 400 }), (given) => {
        let now = start;
        let breaker = closedBreaker;
        for (const { afterMs, succeeded } of given) {
          now += afterMs;
          const before = breaker;
          breaker = afterOutcome(breaker, { succeeded, takenAt: now }, now);
          expect(breaker.slots.length).toBeLessThanOrEqual(31);
          if (breaker.openUntil !== null && before.openUntil === null) {
            const attempts = before.slots.reduce((sum, slot) => sum + slot.attempts, 1);
            const failures = before.slots.reduce((sum, slot) => sum + slot.failures, succeeded ? 0 : 1);
            expect(attempts).toBeGreaterThanOrEqual(10);
            expect(failures / attempts).toBeGreaterThanOrEqual(0.7);
          }
          if (breaker.openUntil !== null) expect(breaker.openUntil - breaker.since).toBeLessThanOrEqual(15 * minuteMs);
        }
      }),
    );
  });
});
