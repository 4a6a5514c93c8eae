import { describe, expect, it } from "vitest";
import { keyTable } from "../../../cli/keys/key-text.ts";
import { Key } from "../../../shared/keys/index.ts";

const now = 1_800_000_000_000;
const keyWith = (limits: Key["limits"]) =>
  Key.parse({
    prefix: "mk_test_4hT0x9Qz",
    name: "CI",
    scopes: ["audits:read"],
    expiresAt: null,
    allowedIps: [],
    limits,
    version: 1,
    createdAt: now,
    lastUsedAt: null,
    createdBy: { id: "usr_01k9z8q5v0c3r7t2m4n6p8s1w1", name: "Ada", email: "ada@example.com" },
    status: "active",
    rotatedTo: null,
  });

describe("a list of keys", () => {
  it("says which of them have limits of their own, and is not much wider for a key with many", () => {
    const many = { admin: 100, audits: 100, chat: 100, credentials: 100, exports: 100 };
    const [title, ...lines] = keyTable([keyWith({}), keyWith({ lists: 30, reads: 9 }), keyWith(many)], now).split("\n");
    const from = title?.indexOf("LIMITS") ?? 0;
    const limits = lines.map((line) => line.slice(from, title?.indexOf("SCOPES")).trim());
    expect(limits).toEqual(["usual", "lists=30 reads=9", "admin=100 audits=100 chat=100 credentia…", ""]);
  });
});
