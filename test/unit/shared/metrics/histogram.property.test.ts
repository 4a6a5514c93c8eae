import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atMostMs, boundsMs, mergeHistograms, newTally, observationsIn, observe } from "../../../../shared/metrics/histogram.ts";
import { nothingSeen, type Seen, see } from "../../../../shared/metrics/seen.ts";
import { addDelta, addSeries, type PackedSeries, readSeries } from "../../../../shared/metrics/series.ts";

const times = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });
const tallyOf = (all: readonly number[]) => {
  const tally = newTally();
  for (const ms of all) observe(tally, ms);
  return tally;
};

describe("a histogram", () => {
  it("says a bound that the true percentile does not pass, and the lowest such", () => {
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95, 0.99, 1), (all, share) => {
        const sorted = all.toSorted((one, other) => one - other);
        const truth = sorted[Math.ceil(sorted.length * share) - 1];
        const expected = truth === undefined ? null : (boundsMs.find((bound) => truth <= bound) ?? null);
        expect(atMostMs(tallyOf(all), share)).toBe(expected);
      }),
    );
  });

  it("of two is the two merged", () => {
    fc.assert(
      fc.property(times, times, (one, other) => {
        const merged = mergeHistograms([tallyOf(one), tallyOf(other)]);
        expect(merged).toEqual(tallyOf([...one, ...other]));
        expect(observationsIn(merged)).toBe(one.length + other.length);
      }),
    );
  });
});

it("every number of an isolate is seen once, whatever comes twice or in another order", () => {
  const arrivals = fc.integer({ min: 1, max: 40 }).chain((most) => fc.array(fc.integer({ min: 1, max: most }), { maxLength: 150 }));
  fc.assert(
    fc.property(arrivals, (numbers) => {
      let seen: Seen = nothingSeen;
      const fresh: number[] = [];
      for (const seq of numbers) {
        const next = see(seen, { seq });
        if (next === null) continue;
        fresh.push(seq);
        seen = next;
      }
      expect(fresh).toEqual([...new Set(numbers)]);
    }),
  );
});

it("packed series say what was measured", () => {
  const delta = {
    isolate: "one",
    seq: 1,
    at: 1,
    lost: 0,
    requests: [{ route: "GET /api/v1/audits/{id}", status: "4xx" as const, latency: tallyOf([3, 300]) }],
    messages: [{ queue: "work", outcome: "parked" as const, duration: tallyOf([50_000]) }],
  };
  const one: PackedSeries = {};
  addDelta(one, delta);
  const both: PackedSeries = {};
  addSeries(both, one);
  addSeries(both, one);
  const { requests, messages } = delta;
  expect(readSeries(one)).toEqual({ requests, messages });
  expect(readSeries(both).messages[0]?.duration.sumMs).toBe(100_000);
  expect(readSeries({ "something else": [1] })).toEqual({ requests: [], messages: [] });
});
