import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hourMs, minuteMs, secondMs } from "../../../../../shared/platform/index.ts";
import { type FailedTry, holdMs, isUnknown, nextAttemptAt } from "../../../../../shared/webhooks/schedule/retry-policy.ts";

const now = 1_800_000_000_000;
const failed = (tries: number, result: Partial<FailedTry["result"]> = {}, rest: Partial<FailedTry> = {}): number | null =>
  nextAttemptAt({ now, tries, result: { failure: "status", retry: "schedule", ...result }, status: null, afterUnknownMs: 0, random: () => 0.5, ...rest });
const waitOf = (...given: Parameters<typeof failed>): number | null => {
  const at = failed(...given);
  return at === null ? null : at - now;
};

describe("a failed attempt", () => {
  it.each([
    [1, 5 * secondMs],
    [2, 5 * minuteMs],
    [3, 30 * minuteMs],
    [4, 2 * hourMs],
    [5, 5 * hourMs],
    [6, 10 * hourMs],
    [7, 14 * hourMs],
    [8, 20 * hourMs],
    [9, 24 * hourMs],
    [10, null],
    [11, null],
  ])("number %i is followed by another after %s ms", (tries, wait) => {
    expect(waitOf(tries)).toBe(wait);
  });

  it.each([
    ["few", 2, 5 * minuteMs],
    ["few", 3, null],
    ["never", 1, null],
  ] as const)("of the sort `%s`, number %i, is followed by another after %s ms", (retry, tries, wait) => {
    expect(waitOf(tries, { retry })).toBe(wait);
  });

  it("is tried again up to a fifth earlier or later", () => {
    expect(waitOf(2, {}, { random: () => 0 })).toBe(4 * minuteMs);
    expect(waitOf(2, {}, { random: () => 0.999_999_9 })).toBe(6 * minuteMs);
  });

  it.each([
    ["what the receiver asks for", { retryAfterMs: hourMs }, hourMs],
    ["the schedule when the receiver asks for less", { retryAfterMs: secondMs }, 5 * minuteMs],
    ["twelve hours when the receiver asks for more", { retryAfterMs: 48 * hourMs }, 12 * hourMs],
  ])("waits for %s", (_, result, wait) => {
    expect(waitOf(2, result)).toBe(wait);
  });

  it.each(["lost", "timeout", "connection"] as const)("that ended `%s` waits as long as it takes to look whether it arrived", (kind) => {
    expect(waitOf(1, { failure: kind }, { afterUnknownMs: 5 * minuteMs })).toBe(5 * minuteMs);
  });

  it.each([
    ["status", 500, true],
    ["status", 503, true],
    ["status", 400, false],
    ["status", null, false],
    ["rejected", 200, true],
    ["rejected", 404, false],
    ["redirect", 308, false],
    ["settings", null, false],
  ] as const)("that ended `%s` with status %s may have arrived: %s", (kind, status, mayHave) => {
    expect(isUnknown({ failure: kind }, status)).toBe(mayHave);
    expect(waitOf(1, { failure: kind }, { status, afterUnknownMs: 5 * minuteMs })).toBe(mayHave ? 5 * minuteMs : 5 * secondMs);
    expect(waitOf(1, { failure: kind }, { status })).toBe(5 * secondMs);
  });

  it("is never tried more often than ten times, nor earlier than the schedule allows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom("schedule", "few", "never"),
        fc.option(fc.double({ min: -1e9, max: 1e12, noNaN: true }), { nil: undefined }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (tries, retry, asked, random) => {
          const result = { retry, ...(asked === undefined ? {} : { retryAfterMs: asked }) } as const;
          const wait = waitOf(tries, result, { random: () => random });
          if (tries >= 10 || (retry === "few" && tries >= 3) || retry === "never") {
            expect(wait).toBeNull();
            return;
          }
          const scheduled = waitOf(tries) ?? 0;
          expect(wait).toBeGreaterThanOrEqual(Math.max(Math.floor(0.8 * scheduled), holdMs({ ...result })));
          expect(wait).toBeLessThanOrEqual(Math.max(1.2 * scheduled + 1, 12 * hourMs));
          expect(Number.isInteger(wait)).toBe(true);
        },
      ),
    );
  });
});
