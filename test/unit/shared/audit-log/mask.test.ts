import { describe, expect, it } from "vitest";
import { toldOf } from "../../../../shared/audit-log/mask.ts";

const toldAfter = (after: unknown): unknown => toldOf({ after })?.after;

describe("what an entry tells of a change", () => {
  it("is nothing when there is nothing to tell", () => {
    expect(toldOf({})).toBeNull();
  });

  it("is before and after, as they are", () => {
    const details = { before: { name: "Shop", scopes: ["audits:read"], expiresAt: null, limits: { lists: 10 } }, after: { name: "Shop 2", isOperator: true } };
    expect(toldOf(details)).toEqual(details);
  });

  it.each([
    "password",
    "newPassword",
    "passwordHash",
    "passphrase",
    "secret",
    "clientSecret",
    "token",
    "accessToken",
    "Authorization",
    "Cookie",
    "credentials",
    "hash",
    "privateKey",
    "apiKey",
    "api_key",
    "X-API-Key",
    "key",
    "otp",
    "PIN",
    "salt",
    "signature",
  ])("has no %s in it, however deep", (name) => {
    expect(toldAfter({ list: [{ [name]: "canary" }], [name]: { inner: "canary" } })).toEqual({ list: [{ [name]: "***" }], [name]: "***" });
  });

  it.each([null, true, false])("says whether there is a password: %j", (value) => {
    expect(toldAfter({ password: value })).toEqual({ password: value });
  });

  it.each(["credentials", "keys", "apiKeys", "tokens"])("says how many %s there are", (name) => {
    expect(toldAfter({ limits: { [name]: 20 } })).toEqual({ limits: { [name]: 20 } });
  });

  it.each(["pin", "otp"])("has no %s that is a number", (name) => {
    expect(toldAfter({ [name]: 1234 })).toEqual({ [name]: "***" });
  });

  it.each(["prefix", "monkey", "keys", "pinned", "name"])("shows what is called %s", (name) => {
    expect(toldAfter({ [name]: "shown" })).toEqual({ [name]: "shown" });
  });

  it("has only the names of headers", () => {
    expect(toldAfter({ headers: { "X-Tenant": "canary", Accept: "canary" } })).toEqual({ headers: { "X-Tenant": "***", Accept: "***" } });
    expect(toldAfter({ headers: ["X-Tenant: canary"] })).toEqual({ headers: "***" });
  });

  it.each([
    ["an API key", `mk_live_${"a".repeat(49)}`, "***"],
    ["an API key in a sentence", `it was mk_test_${"9".repeat(49)}, they said`, "it was ***, they said"],
    ["a JSON Web Token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "***"],
    ["what follows Bearer", "Bearer canary", "Bearer ***"],
    ["what follows Basic", "basic Y2FuYXJ5", "basic ***"],
  ])("has no %s in it, whatever it is called", (_, text, shown) => {
    expect(toldAfter({ note: text })).toEqual({ note: shown });
  });

  it("shows the public part of an API key", () => {
    expect(toldAfter({ prefix: "mk_live_7Ht4Qz0B" })).toEqual({ prefix: "mk_live_7Ht4Qz0B" });
  });
});

describe("what is too much for an entry is cut:", () => {
  it("long texts", () => {
    expect(toldAfter({ name: "a".repeat(1_001) })).toEqual({ name: `${"a".repeat(1_000)}…` });
  });

  it("long lists", () => {
    expect(toldAfter({ list: Array.from({ length: 101 }, (_, i) => i) })).toEqual({ list: [...Array.from({ length: 100 }, (_, i) => i), "…"] });
  });

  it("many names", () => {
    const many = Object.fromEntries(Array.from({ length: 103 }, (_, i) => [`n${i}`, i]));
    const told = Object(toldAfter(many));
    expect(Object.keys(told)).toHaveLength(101);
    expect(told["…"]).toBe(3);
  });

  it("what is deep inside", () => {
    expect(JSON.stringify(toldAfter({ a: { b: { c: { d: { e: { f: { g: "canary" } } } } } } }))).not.toContain("canary");
  });

  it("all of it but the names, when it is too long together", () => {
    const told = toldOf({ before: { a: "x".repeat(900) }, after: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`n${i}`, "x".repeat(900)])) });
    expect(told).toMatchObject({ before: { a: "…" }, after: { n0: "…", n29: "…" } });
  });

  it("whatever comes, to a length that a cell of a spreadsheet takes", () => {
    const long = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${"n".repeat(300)}${i}`, { inner: "\u0000".repeat(2_000) }]));
    expect(JSON.stringify(toldOf({ before: long, after: long })).length).toBeLessThan(32_000);
  });
});
