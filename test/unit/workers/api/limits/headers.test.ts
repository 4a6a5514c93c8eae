import { describe, expect, it } from "vitest";
import { limitHeaders } from "../../../../../workers/api/limits/headers.ts";
import { refusalOf, tooManyOpen } from "../../../../../workers/api/limits/refusal.ts";

const policy = { name: "exports", limit: 10, windowMs: 3_600_000 };

describe("the headers of a limit", () => {
  it.each([
    {
      told: { policies: [policy], states: [{ name: "exports", remaining: 3, resetMs: 1_001 }], isLocal: false },
      headers: { "RateLimit-Policy": '"exports";q=10;w=3600', RateLimit: '"exports";r=3;t=2' },
    },
    { told: { policies: [policy], states: [], isLocal: false }, headers: { "RateLimit-Policy": '"exports";q=10;w=3600' } },
    {
      told: { policies: [policy], states: [{ name: "exports", remaining: 10, resetMs: 0 }], isLocal: true },
      headers: { "RateLimit-Policy": '"exports";q=10;w=3600', RateLimit: '"exports";r=10;t=0', "RateLimit-Local": "?1" },
    },
    {
      told: {
        policies: [policy, { name: "keys", limit: 5, windowMs: 60_000 }],
        states: [
          { name: "exports", remaining: 3, resetMs: 1_001 },
          { name: "keys", remaining: 4, resetMs: 60_000 },
        ],
        isLocal: false,
      },
      headers: { "RateLimit-Policy": '"exports";q=10;w=3600, "keys";q=5;w=60', RateLimit: '"exports";r=3;t=2, "keys";r=4;t=60' },
    },
  ])("$headers", ({ told, headers }) => {
    expect(limitHeaders(told)).toEqual(headers);
  });
});

describe("a refusal", () => {
  const refused = (name: string, limit: number, windowMs: number, retryAfterMs: number) =>
    refusalOf({
      isLocal: false,
      verdict: { allowed: false, quotas: [], retryAfterMs },
      refusedBy: { name, limit, windowMs, remaining: 0, resetMs: retryAfterMs },
    });

  it.each([
    ["lists", 60, 60_000, 12_001, 'The limit "lists" is reached: 60 requests of one API key or one person in any 60 seconds. Try again in 13 seconds.'],
    ["signIn", 1, 60_000, 1, 'The limit "signIn" is reached: 1 request from one address in any 60 seconds. Try again in 1 second.'],
    ["exports", 10, 3_600_000, 1_200_001, 'The limit "exports" is reached: 10 requests of one API key or one person in any 1 hour. Try again in 21 minutes.'],
  ])("says which limit, how much, and when: %s", (name, limit, windowMs, retryAfterMs, words) => {
    expect(refused(name, limit, windowMs, retryAfterMs)).toMatchObject({ code: "rate_limited", message: words, retryAfterMs });
  });

  it("is none of what is allowed", () => {
    expect(refusalOf({ isLocal: true, verdict: { allowed: true, quotas: [] }, refusedBy: null })).toBeUndefined();
  });

  it("asks who cannot be counted to come back", () => {
    expect(refusalOf("unavailable")).toMatchObject({ code: "unavailable", retryAfterMs: 5_000 });
  });

  it("of one stream more says how many there may be", () => {
    expect(tooManyOpen("streams", 10, 90_000)).toMatchObject({
      code: "rate_limited",
      retryAfterMs: 90_000,
      message: 'The limit "streams" is reached: 10 of one API key or one person at once. Close one, or try again in 90 seconds.',
    });
  });
});
