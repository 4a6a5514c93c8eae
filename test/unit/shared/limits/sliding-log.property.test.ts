import fc from "fast-check";
import { expect, it } from "vitest";
import { decide } from "../../../../shared/limits/index.ts";
import { emptyLog, type SlidingLog } from "../../../../shared/limits/sliding-log.ts";

interface Step {
  /** Real time that goes by before the request. */
  readonly afterMs: number;
  /** How far the clock steps back at that moment. */
  readonly backMs: number;
  readonly cost: number;
}

const pace = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 400 }));
const steps = (backMs: fc.Arbitrary<number>): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ afterMs: pace, backMs, cost: fc.integer({ min: 1, max: 4 }) }), { maxLength: 120 });
const steady = fc.constant(0);
const jumpy = fc.oneof({ weight: 9, arbitrary: steady }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 500 }) });
const bounds = { limit: fc.integer({ min: 1, max: 12 }), windowMs: fc.integer({ min: 1, max: 300 }) };

interface Taken {
  readonly at: number;
  readonly units: number;
}

/** Sends the requests; what was let through, by real time. `seen` hears of every decision, with the log that it was made on. */
function play(
  given: readonly Step[],
  quota: { readonly limit: number; readonly windowMs: number },
  seen: (decision: ReturnType<typeof decide>, log: SlidingLog, now: number, cost: number) => void = () => {},
): Taken[] {
  let real = 1_000_000;
  let behind = 0;
  let log = emptyLog;
  const taken: Taken[] = [];
  for (const { afterMs, backMs, cost } of given) {
    real += afterMs;
    behind += backMs;
    const decision = decide([{ name: "list", ...quota, cost }], () => log, real - behind);
    seen(decision, log, real - behind, cost);
    log = decision.logs[0] ?? emptyLog;
    if (decision.verdict.allowed) taken.push({ at: real, units: cost });
  }
  return taken;
}

/** The most units in any window: one that begins with a hit holds as many as any. */
const mostIn = (taken: readonly Taken[], windowMs: number): number =>
  Math.max(0, ...taken.map(({ at: from }) => taken.filter(({ at }) => at >= from && at < from + windowMs).reduce((sum, { units }) => sum + units, 0)));

it("never lets more through than the limit in any window, wherever it begins, also when the clock steps back", () => {
  fc.assert(
    fc.property(steps(jumpy), fc.record(bounds), (given, quota) => {
      expect(mostIn(play(given, quota), quota.windowMs)).toBeLessThanOrEqual(quota.limit);
    }),
    { numRuns: 500 },
  );
});

it("refuses nothing that would have fitted, as long as the clock is steady", () => {
  fc.assert(
    fc.property(steps(steady), fc.record(bounds), (given, quota) => {
      const expected: Taken[] = [];
      let at = 1_000_000;
      for (const { afterMs, cost } of given) {
        at += afterMs;
        const used = expected.filter((hit) => hit.at > at - quota.windowMs).reduce((sum, { units }) => sum + units, 0);
        if (used + cost <= quota.limit) expected.push({ at, units: cost });
      }
      expect(play(given, quota)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

it("says to the millisecond when a refused request would be let through, and when units come back", () => {
  fc.assert(
    fc.property(steps(jumpy), fc.record(bounds), (given, quota) => {
      play(given, quota, ({ verdict, logs }, _, now, cost) => {
        const log = logs[0] ?? emptyLog;
        const verdictAt = (time: number, units: number) => decide([{ name: "list", ...quota, cost: units }], () => log, time).verdict;
        const { retryAfterMs } = verdict;
        if (retryAfterMs !== undefined && cost <= quota.limit) {
          expect(verdictAt(now + retryAfterMs, cost).allowed).toBe(true);
          expect(verdictAt(now + retryAfterMs - 1, cost).allowed).toBe(false);
        }
        const remaining = verdict.quotas[0]?.remaining ?? 0;
        const resetMs = verdict.quotas[0]?.resetMs ?? 0;
        if (resetMs === 0) return expect(remaining).toBe(quota.limit);
        expect(verdictAt(now + resetMs, 0).quotas[0]?.remaining).toBeGreaterThan(remaining);
        expect(verdictAt(now + resetMs - 1, 0).quotas[0]?.remaining).toBe(remaining);
      });
    }),
    { numRuns: 300 },
  );
});
