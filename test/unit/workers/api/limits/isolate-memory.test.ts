import { beforeEach, describe, expect, it } from "vitest";
import { BoundedMap } from "../../../../../workers/api/limits/bounded-map.ts";
import { createDenials } from "../../../../../workers/api/limits/denials.ts";
import { createKnownCallers, digestOf } from "../../../../../workers/api/limits/known-callers.ts";

let time = 0;
const now = () => time;
beforeEach(() => {
  time = 1_000_000;
});

describe("a bounded map", () => {
  it("forgets the oldest when there is more than it holds", () => {
    const map = new BoundedMap<number>(2);
    for (const [name, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["c", 4],
    ] as const)
      map.set(name, value);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([3, undefined, 4]);
    map.delete("a");
    map.set("d", 5);
    expect([map.get("a"), map.get("c"), map.get("d")]).toEqual([undefined, 4, 5]);
  });
});

describe("callers that are known", () => {
  const caller = { name: "key:a", limits: {} };

  it("are forgotten after a minute, and at once when told to", () => {
    const known = createKnownCallers(now);
    known.note("digest", caller);
    time += 59_999;
    expect(known.find("digest")).toBe(caller);
    time += 1;
    expect(known.find("digest")).toBeUndefined();
    known.note("digest", caller);
    known.forget("digest");
    expect(known.find("digest")).toBeUndefined();
  });

  it("are known by a digest of the credential and of the workspace that it was sent with", async () => {
    const digests = await Promise.all([digestOf("mk_a", "member"), digestOf("mk_a", "wsp_b"), digestOf("mk_b", "member")]);
    expect(new Set(digests).size).toBe(3);
    for (const digest of digests) expect(digest).toMatch(/^[\da-f]{64}$/);
  });
});

describe("a refusal that is remembered", () => {
  const quota = { name: "lists", limit: 3 };
  const state = { name: "lists", limit: 3, windowMs: 60_000, remaining: 0, resetMs: 5_000 };
  const refused = (retryAfterMs: number) => ({ allowed: false, quotas: [{ ...state, resetMs: retryAfterMs }], retryAfterMs });

  it("holds until its time, and says how much of it is left", () => {
    const denials = createDenials(now);
    denials.remember("key:a", quota, refused(5_000));
    time += 4_000;
    expect(denials.find("key:a", quota)).toEqual({ allowed: false, quotas: [{ ...state, resetMs: 1_000 }], retryAfterMs: 1_000 });
    time += 999;
    expect(denials.find("key:a", quota)).toBeDefined();
    time += 1;
    expect(denials.find("key:a", quota)).toBeUndefined();
  });

  it("holds for a minute at most: the limiter may have been told to forget", () => {
    const denials = createDenials(now);
    denials.remember("key:a", quota, refused(3_600_000));
    time += 59_999;
    expect(denials.find("key:a", quota)).toMatchObject({ retryAfterMs: 3_540_001 });
    time += 1;
    expect(denials.find("key:a", quota)).toBeUndefined();
  });

  it.each([
    ["another caller", "key:b", quota],
    ["another policy", "key:a", { name: "reads", limit: 3 }],
    ["another limit", "key:a", { name: "lists", limit: 4 }],
  ])("is none of %s", (_, caller, other) => {
    const denials = createDenials(now);
    denials.remember("key:a", quota, refused(5_000));
    expect(denials.find(caller, other)).toBeUndefined();
  });

  it("counts what it refused, and tells of it once, also when it was renewed meanwhile", () => {
    const denials = createDenials(now);
    denials.remember("key:a", quota, refused(5_000));
    for (let times = 0; times < 3; times++) denials.find("key:a", quota);
    denials.remember("key:a", quota, refused(5_000));
    denials.find("key:a", quota);
    expect([denials.takeRefused("key:a", quota), denials.takeRefused("key:a", quota)]).toEqual([4, 0]);
  });
});
