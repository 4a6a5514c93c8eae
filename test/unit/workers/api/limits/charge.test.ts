import { describe, expect, it } from "vitest";
import { chargesOf, isCountedAlike, oneOf, quotaOf } from "../../../../../workers/api/limits/charge.ts";

describe("what a request takes", () => {
  it.each([
    { route: { limit: "lists" }, charges: [{ limit: "lists", cost: 1 }] },
    { route: { limit: "reads", cost: 5 }, charges: [{ limit: "reads", cost: 5 }] },
    {
      route: { limit: "keys", alsoLimit: "keysPerDay" },
      charges: [
        { limit: "keys", cost: 1 },
        { limit: "keysPerDay", cost: 1 },
      ],
    },
  ] as const)("is what its route declares: $route", ({ route, charges }) => {
    expect(chargesOf(route)).toEqual(charges);
  });
});

describe("a quota", () => {
  it.each([
    { own: {}, settings: {}, limit: 60 },
    { own: {}, settings: { lists: 7 }, limit: 7 },
    { own: { lists: 5 }, settings: { lists: 7 }, limit: 5 },
    { own: { lists: 9 }, settings: { lists: 7 }, limit: 7 },
    { own: { lists: 60 }, settings: { lists: 7 }, limit: 7 },
    { own: { lists: 61 }, settings: { lists: 7 }, limit: 61 },
    { own: { lists: 61 }, settings: { lists: 120 }, limit: 61 },
    { own: {}, settings: { lists: 120 }, limit: 120 },
    { own: { reads: 5 }, settings: { reads: 7 }, limit: 60 },
  ])(
    "is the installation's, else the usual one, or the caller's own where that is lower or was raised above what is usual: $own, $settings",
    ({ own, settings, limit }) => {
      expect(quotaOf({ limit: "lists", cost: 1 }, own, settings)).toEqual({ name: "lists", limit, windowMs: 60_000, cost: 1 });
    },
  );

  it("costs whoever has less than a dear request takes all that they have", () => {
    expect(quotaOf({ limit: "reads", cost: 5 }, { reads: 3 }, {})).toMatchObject({ limit: 3, cost: 3 });
  });
});

describe("callers", () => {
  const key = { name: "key:a", limits: { lists: 3 }, usage: { workspaceId: "wsp_a", userId: "usr_a" } };
  it.each([
    ["the same", key, true],
    ["with another limit under another policy", { ...key, limits: { lists: 3, keys: 1 } }, true],
    ["with another limit", { ...key, limits: { lists: 4 } }, false],
    ["without a limit of their own", { ...key, limits: {} }, false],
    ["of another name", { ...key, name: "key:b" }, false],
    ["in another workspace", { ...key, usage: { ...key.usage, workspaceId: "wsp_b" } }, false],
    ["of another person", { ...key, usage: { ...key.usage, userId: "usr_b" } }, false],
    ["in no workspace", { name: key.name, limits: key.limits }, false],
  ])("%s: counted alike is %3$s", (_, other, alike) => {
    expect(isCountedAlike(key, other, oneOf("lists"))).toBe(alike);
  });

  it("with another limit under one of several are not counted alike", () => {
    const charges = chargesOf({ limit: "lists", alsoLimit: "keysPerDay" });
    expect(isCountedAlike(key, { ...key, limits: { lists: 3, keysPerDay: 1 } }, charges)).toBe(false);
  });
});
