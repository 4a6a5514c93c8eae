import { describe, expect, it } from "vitest";
import { leaseUntil, retryAt } from "../../../../../shared/audits/crawl/retry-policy.ts";

const now = 1_000_000;

describe("a failed page", () => {
  it.each([
    { outcome: "waits up to two seconds after its first failure", failures: 1, afterMs: null, random: 0.999, least: 1_990, most: 2_000 },
    { outcome: "may come back at once, so that pages that failed together do not return together", failures: 1, afterMs: null, random: 0, least: 0, most: 0 },
    { outcome: "waits longer after the second", failures: 2, afterMs: null, random: 0.999, least: 3_990, most: 4_000 },
    { outcome: "waits at least as long as the server asks", failures: 1, afterMs: 20_000, random: 0, least: 20_000, most: 20_000 },
    { outcome: "does not wait for hours because a server asks", failures: 1, afterMs: 86_400_000, random: 0, least: 60_000, most: 60_000 },
  ])("$outcome", ({ failures, afterMs, random, least, most }) => {
    const at = retryAt(now, failures, afterMs, () => random);
    expect(at).toBeGreaterThanOrEqual(now + least);
    expect(at).toBeLessThanOrEqual(now + most);
  });

  it("is believed after its third failure", () => {
    expect(retryAt(now, 3, null, () => 0)).toBeNull();
  });
});

it("a lease lasts longer with every attempt, so that a queue that lags cannot make them all expire", () => {
  expect([1, 2, 3].map((attempt) => leaseUntil(now, attempt) - now)).toEqual([120_000, 240_000, 360_000]);
});
