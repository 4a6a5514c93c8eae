import { describe, expect, it } from "vitest";
import type { Reach } from "../../../../shared/keys/reach.ts";
import { wider as widerThan } from "../../../../shared/keys/wider.ts";

const current: Reach = { scopes: ["audits:read", "keys:read"], expiresAt: 9, allowedIps: ["203.0.113.0/24", "2001:db8::/32"], limits: { lists: 30 } };
const unbound: Reach = { scopes: ["audits:read"], expiresAt: null, allowedIps: [], limits: {} };
const usual = new Map([
  ["lists", 60],
  ["reads", 120],
]);
const wider = (of: Reach, wanted: Partial<Reach>) => widerThan(of, wanted, usual);

describe("a key gets no wider", () => {
  it.each([
    { outcome: "by what is not said", of: current, wanted: {} },
    { outcome: "by what it has", of: current, wanted: current },
    { outcome: "by fewer permissions", of: current, wanted: { scopes: ["keys:read"] } },
    { outcome: "by an earlier end", of: current, wanted: { expiresAt: 8 } },
    { outcome: "by one of its ranges", of: current, wanted: { allowedIps: ["2001:db8::/32"] } },
    { outcome: "by parts of its ranges", of: current, wanted: { allowedIps: ["203.0.113.128/25", "203.0.113.7/32", "2001:db8:1::/48"] } },
    { outcome: "by its first end", of: unbound, wanted: { expiresAt: 1 } },
    { outcome: "by its first range", of: unbound, wanted: { allowedIps: ["0.0.0.0/0"] } },
    { outcome: "by staying without bounds", of: unbound, wanted: { expiresAt: null, allowedIps: [], limits: {} } },
    { outcome: "by lower limits", of: current, wanted: { limits: { lists: 29, reads: 1 } } },
    { outcome: "by naming what is usual", of: unbound, wanted: { limits: { lists: 60 } } },
    { outcome: "by losing what was more than is usual", of: { ...current, limits: { lists: 500 } }, wanted: { limits: { lists: 400 } } },
  ])("$outcome", ({ of, wanted }) => {
    expect(wider(of, wanted)).toEqual([]);
  });
});

describe("a key gets wider", () => {
  it.each([
    { outcome: "by another permission", wanted: { scopes: ["audits:read", "audits:write"] }, paths: ["body.scopes[1]"] },
    { outcome: "by a later end", wanted: { expiresAt: 10 }, paths: ["body.expiresAt"] },
    { outcome: "by no end", wanted: { expiresAt: null }, paths: ["body.expiresAt"] },
    { outcome: "by every address", wanted: { allowedIps: [] }, paths: ["body.allowedIps"] },
    { outcome: "by another range beside its own", wanted: { allowedIps: [...current.allowedIps, "198.51.100.0/24"] }, paths: ["body.allowedIps"] },
    { outcome: "by the range around one of its own", wanted: { allowedIps: ["203.0.112.0/23"] }, paths: ["body.allowedIps"] },
    { outcome: "by every address, written as ranges", wanted: { allowedIps: ["0.0.0.0/0", "::/0"] }, paths: ["body.allowedIps"] },
    { outcome: "by a higher limit", wanted: { limits: { lists: 31 } }, paths: ["body.limits.lists"] },
    { outcome: "by a limit that is as usual again", wanted: { limits: {} }, paths: ["body.limits"] },
    { outcome: "by more than is usual", wanted: { limits: { lists: 1, reads: 121 } }, paths: ["body.limits.reads"] },
    {
      outcome: "by all at once",
      wanted: { scopes: ["x"], expiresAt: null, allowedIps: [], limits: { lists: 60 } },
      paths: ["body.scopes[0]", "body.expiresAt", "body.allowedIps", "body.limits.lists"],
    },
  ])("$outcome", ({ wanted, paths }) => {
    expect(wider(current, wanted).map(({ path }) => path)).toEqual(paths);
  });
});
