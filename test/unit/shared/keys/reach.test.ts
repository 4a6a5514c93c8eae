import { describe, expect, it } from "vitest";
import { beyond as beyondWithin, type Reach } from "../../../../shared/keys/reach.ts";
import type { Actor, KeyActor, Permission } from "../../../../shared/platform/index.ts";

const person = (...held: Permission[]): Actor => ({ kind: "session", id: "ses_1", userId: "usr_1", permissions: new Set(held) });
const key = (held: readonly Permission[], bounds: Partial<KeyActor> = {}): Actor => ({
  kind: "key",
  id: "key_1",
  userId: "usr_1",
  permissions: new Set(held),
  expiresAt: null,
  allowedIps: [],
  limits: {},
  ...bounds,
});
const reach = (scopes: readonly string[], bounds: Partial<Reach> = {}): Reach => ({ scopes, expiresAt: null, allowedIps: [], limits: {}, ...bounds });
const usual = new Map([
  ["lists", 60],
  ["reads", 120],
]);
const beyond = (actor: Actor, wanted: Partial<Reach>) => beyondWithin(actor, wanted, { usual });
const office = ["203.0.113.0/24", "2001:db8::/32"];

describe("whoever makes a key", () => {
  it.each([
    { outcome: "gives all that they have", actor: person("audits:read", "keys:write"), wanted: reach(["keys:write", "audits:read"]) },
    { outcome: "gives less than they have", actor: person("audits:read", "keys:write"), wanted: reach(["audits:read"]) },
    { outcome: "as a person gives any end and any ranges", actor: person("keys:write"), wanted: reach(["keys:write"], { expiresAt: 9, allowedIps: office }) },
    { outcome: "as a key without bounds gives any", actor: key(["keys:write"]), wanted: reach(["keys:write"], { expiresAt: 9, allowedIps: office }) },
    { outcome: "as a key gives its own end", actor: key(["keys:write"], { expiresAt: 9 }), wanted: reach(["keys:write"], { expiresAt: 9 }) },
    { outcome: "as a key gives an earlier end", actor: key(["keys:write"], { expiresAt: 9 }), wanted: reach(["keys:write"], { expiresAt: 8 }) },
    {
      outcome: "as a key gives its own ranges, in any order",
      actor: key(["keys:write"], { allowedIps: office }),
      wanted: reach(["keys:write"], { allowedIps: office.toReversed() }),
    },
    { outcome: "as a person gives lower limits than usual, and usual ones", actor: person(), wanted: { limits: { lists: 1, reads: 120 } } },
    { outcome: "as an operator gives any limits", actor: person("operations:write"), wanted: { limits: { lists: 10_000 } } },
    { outcome: "as an operator's key gives any limits", actor: key(["operations:write"]), wanted: { limits: { lists: 10_000 } } },
    { outcome: "as a key with lower limits gives those", actor: key([], { limits: { lists: 9 } }), wanted: { limits: { lists: 9, reads: 120 } } },
    { outcome: "says nothing of what stays as it is", actor: key([], { expiresAt: 9, allowedIps: office }), wanted: {} },
  ])("$outcome", ({ actor, wanted }) => {
    expect(beyond(actor, wanted)).toEqual([]);
  });

  it.each([
    { outcome: "a permission that their role lacks", actor: person("audits:read"), wanted: reach(["audits:read", "members:write"]), paths: ["body.scopes[1]"] },
    { outcome: "a permission that the key lacks", actor: key(["audits:read"]), wanted: reach(["keys:manage"]), paths: ["body.scopes[0]"] },
    { outcome: "a permission that is gone", actor: person("audits:read"), wanted: reach(["audits:dance"]), paths: ["body.scopes[0]"] },
    { outcome: "no end, from a key with one", actor: key([], { expiresAt: 9 }), wanted: reach([]), paths: ["body.expiresAt"] },
    { outcome: "a later end than the key's", actor: key([], { expiresAt: 9 }), wanted: reach([], { expiresAt: 10 }), paths: ["body.expiresAt"] },
    { outcome: "every address, from a key with ranges", actor: key([], { allowedIps: office }), wanted: reach([]), paths: ["body.allowedIps"] },
    {
      outcome: "one range more than the key's",
      actor: key([], { allowedIps: office }),
      wanted: reach([], { allowedIps: [...office, "198.51.100.0/24"] }),
      paths: ["body.allowedIps"],
    },
    {
      outcome: "one range less than the key's",
      actor: key([], { allowedIps: office }),
      wanted: reach([], { allowedIps: office.slice(1) }),
      paths: ["body.allowedIps"],
    },
    { outcome: "more than is usual", actor: person(), wanted: { limits: { lists: 61, reads: 1 } }, paths: ["body.limits.lists"] },
    {
      outcome: "more than is usual, though an operator gave it to their key",
      actor: key([], { limits: { lists: 99 } }),
      wanted: { limits: { lists: 61 } },
      paths: ["body.limits.lists"],
    },
    { outcome: "more than the key itself has", actor: key([], { limits: { lists: 9 } }), wanted: { limits: { lists: 10 } }, paths: ["body.limits.lists"] },
    { outcome: "what is usual, from a key with less", actor: key([], { limits: { lists: 9 } }), wanted: { limits: { reads: 1 } }, paths: ["body.limits"] },
    {
      outcome: "more than an operator's key has that is held back",
      actor: key(["operations:write"], { limits: { lists: 9 } }),
      wanted: { limits: { lists: 10, reads: 121 } },
      paths: ["body.limits.lists"],
    },
    {
      outcome: "everything at once, and hears of each",
      actor: key(["audits:read"], { expiresAt: 9, allowedIps: office, limits: { reads: 5 } }),
      wanted: reach(["keys:write", "audits:read", "keys:manage"], { limits: { reads: 6 } }),
      paths: ["body.scopes[0]", "body.scopes[2]", "body.limits.reads", "body.expiresAt", "body.allowedIps"],
    },
  ])("does not give $outcome", ({ actor, wanted, paths }) => {
    expect(beyond(actor, wanted).map(({ path }) => path)).toEqual(paths);
  });

  it("leaves a key what an operator gave it, and no more", () => {
    const current = { limits: { lists: 500 } };
    const says = (limits: Reach["limits"]) => beyondWithin(person(), { limits }, { usual, current }).map(({ path, message }) => `${path}: ${message}`);
    expect(says({ lists: 500, reads: 3 })).toEqual([]);
    expect(says({})).toEqual([]);
    expect(says({ lists: 501 })).toEqual(["body.limits.lists: Only operators of the installation give more than 500 for lists"]);
  });

  it("hears which permission is lacking, and where", () => {
    expect(beyond(person(), reach(["keys:write"]))[0]?.message).toBe("keys:write is not yours to give: your role in this workspace does not have it");
    expect(beyond(key([]), reach(["keys:write"]))[0]?.message).toBe("keys:write is not yours to give: the API key that asks does not have it");
  });
});
