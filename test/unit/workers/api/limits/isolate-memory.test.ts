import { beforeEach, describe, expect, it } from "vitest";
import { BoundedMap } from "../../../../../workers/api/limits/bounded-map.ts";
import { createKnownCallers, digestOf } from "../../../../../workers/api/limits/known-callers.ts";
import { createRefusalCache } from "../../../../../workers/api/limits/refusal-cache.ts";
import { createUntoldRefusals, tellAfterMs } from "../../../../../workers/api/limits/untold-refusals.ts";

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
  const quota = { name: "lists", limit: 3, cost: 2 };
  const state = { name: "lists", limit: 3, windowMs: 60_000, remaining: 0, resetMs: 5_000 };
  const refused = (retryAfterMs: number) => ({ allowed: false, quotas: [{ ...state, resetMs: retryAfterMs }], retryAfterMs });

  it("holds until its time, and says how much of it is left", () => {
    const refusals = createRefusalCache(now);
    refusals.remember("key:a", quota, refused(5_000));
    time += 4_000;
    expect(refusals.find("key:a", quota)).toEqual({ allowed: false, quotas: [{ ...state, resetMs: 1_000 }], retryAfterMs: 1_000 });
    time += 999;
    expect(refusals.find("key:a", quota)).toBeDefined();
    time += 1;
    expect(refusals.find("key:a", quota)).toBeUndefined();
  });

  it("holds for a minute at most: the limiter may have been told to forget", () => {
    const refusals = createRefusalCache(now);
    refusals.remember("key:a", quota, refused(3_600_000));
    time += 59_999;
    expect(refusals.find("key:a", quota)).toMatchObject({ retryAfterMs: 3_540_001 });
    time += 1;
    expect(refusals.find("key:a", quota)).toBeUndefined();
  });

  it.each([
    ["another caller", "key:b", quota],
    ["another policy", "key:a", { name: "reads", limit: 3, cost: 2 }],
    ["another limit", "key:a", { name: "lists", limit: 4, cost: 2 }],
    ["a request that takes less", "key:a", { name: "lists", limit: 3, cost: 1 }],
  ])("is none of %s", (_, caller, other) => {
    const refusals = createRefusalCache(now);
    refusals.remember("key:a", quota, refused(5_000));
    expect(refusals.find(caller, other)).toBeUndefined();
  });

  it("is none once it is forgotten", () => {
    const refusals = createRefusalCache(now);
    refusals.remember("key:a", quota, refused(5_000));
    refusals.forget("key:a", quota);
    expect(refusals.find("key:a", quota)).toBeUndefined();
  });
});

describe("refusals that nobody was told of", () => {
  const caller = { name: "user:a", limits: {}, usage: { workspaceId: "wsp_a", userId: "usr_a" } };
  const elsewhere = { ...caller, usage: { ...caller.usage, workspaceId: "wsp_b" } };

  it("are handed out once, by caller and workspace", () => {
    const untold = createUntoldRefusals(now);
    for (const each of [caller, elsewhere, caller]) untold.add(each);
    expect([untold.take(caller), untold.take(caller), untold.take(elsewhere)]).toEqual([2, 0, 1]);
  });

  it("are told by one request, and by another once they were, or once that one never came back", () => {
    const untold = createUntoldRefusals(now);
    expect([untold.add(caller), untold.add(caller), untold.add(elsewhere)]).toEqual([true, false, true]);
    untold.take(caller);
    expect([untold.add(caller), untold.add(caller)]).toEqual([true, false]);
    time += 2 * tellAfterMs;
    expect([untold.add(caller), untold.add(caller), untold.take(caller)]).toEqual([true, false, 4]);
  });

  it("are not kept of an address", () => {
    const untold = createUntoldRefusals(now);
    const address = { name: "ip:192.0.2.1", limits: {} };
    expect([untold.add(address), untold.take(address)]).toEqual([false, 0]);
  });
});
