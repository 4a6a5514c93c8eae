import { describe, expect, it } from "vitest";
import { backoffMs, backoffSeconds } from "../../../../shared/platform/retry.ts";

const almostOne = () => 1 - Number.EPSILON;
const zero = () => 0;

describe("a backoff with full jitter", () => {
  it.each([
    { attempt: 1, longest: 100 },
    { attempt: 2, longest: 200 },
    { attempt: 3, longest: 400 },
    { attempt: 7, longest: 6_400 },
    { attempt: 8, longest: 10_000 },
    { attempt: 5_000, longest: 10_000 },
  ])("after attempt $attempt waits between nothing and $longest ms", ({ attempt, longest }) => {
    const backoff = { baseMs: 100, capMs: 10_000 };
    expect(backoffMs(attempt, backoff, almostOne)).toBe(longest);
    expect(backoffMs(attempt, backoff, zero)).toBe(0);
    expect(backoffMs(attempt, backoff, () => 0.5)).toBe(longest / 2);
  });
});

describe("the wait of a queue message", () => {
  it.each([
    { attempts: 1, longest: 2 },
    { attempts: 2, longest: 4 },
    { attempts: 8, longest: 256 },
    { attempts: 15, longest: 32_768 },
    { attempts: 16, longest: 43_200 },
    { attempts: 100, longest: 43_200 },
  ])("after $attempts attempts is 1 to $longest whole seconds", ({ attempts, longest }) => {
    expect(backoffSeconds(attempts, zero)).toBe(1);
    expect(backoffSeconds(attempts, almostOne)).toBe(longest);
    expect(backoffSeconds(attempts, () => 0.123)).toSatisfy(Number.isInteger);
  });
});
