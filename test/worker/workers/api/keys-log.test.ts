import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GeneratedKey } from "../../../../shared/keys/index.ts";
import { dayMs, parseApiKey } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { injectFaults, once, stopFaults } from "../../../helpers/worker/faults.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";
import { type SignedIn, seedMember, signedIn } from "../../../helpers/worker/people.ts";

let workspace: SeededWorkspace;
let admin: SignedIn;
beforeEach(async () => {
  workspace = await seedWorkspace();
  admin = await signedIn(workspace.userId);
});
afterEach(() => {
  stopFaults();
});

const generated = async (by: SignedIn, body: object = {}): Promise<GeneratedKey> =>
  GeneratedKey.parse(await (await by("POST", "/api/v1/keys/generate", { name: "CI", scopes: ["audits:read"], ...body })).json());
const at = (prefix: string, more = "") => `/api/v1/keys/${prefix}${more}`;
const reach = { scopes: ["audits:read"], expiresAt: null, allowedIps: [], limits: {} };
const actionsOf = async () => (await entriesOf(workspace.id)).map(({ action }) => action);

describe("the audit log", () => {
  it("tells of a key's birth what it may do, and by whom, from where and in which request it was made", async () => {
    const answer = await admin("POST", "/api/v1/keys/generate", { name: "CI", scopes: ["audits:read"], allowedIps: ["203.0.113.7"], limits: { lists: 5 } });
    const { prefix } = GeneratedKey.parse(await answer.json());
    expect(await entriesOf(workspace.id)).toMatchObject([
      {
        action: "key.generate",
        actorKind: "session",
        userId: workspace.userId,
        aboutUserId: workspace.userId,
        targetKind: "key",
        targetId: prefix,
        requestId: answer.headers.get("X-Request-Id"),
        client: { ip: expect.stringMatching(/^198\.18\./) },
        details: { after: { name: "CI", scopes: ["audits:read"], expiresAt: null, allowedIps: ["203.0.113.7/32"], limits: { lists: 5 } } },
      },
    ]);
  });

  it("tells of an edit what changed, and nothing else", async () => {
    const { prefix } = await generated(admin);
    const expiresAt = Date.now() + dayMs;
    await admin("PATCH", at(prefix), { name: "CI", scopes: ["audits:read"], expiresAt, limits: { reads: 3 } });
    expect(await entriesOf(workspace.id, "key.update")).toMatchObject([
      { targetId: prefix, details: { before: { expiresAt: null, limits: {} }, after: { expiresAt, limits: { reads: 3 } } } },
    ]);
    const [entry] = await entriesOf(workspace.id, "key.update");
    expect(Object.keys(entry?.details?.after ?? {})).toEqual(["expiresAt", "limits"]);
  });

  it("tells of a rotation which key took its place, and until when the old one works", async () => {
    const { prefix } = await generated(admin);
    const next = GeneratedKey.parse(await (await admin("POST", at(prefix, "/rotate"), { graceSeconds: 60 })).json());
    expect(await entriesOf(workspace.id, "key.rotate")).toMatchObject([
      { targetId: prefix, details: { before: { expiresAt: null }, after: { expiresAt: expect.any(Number), rotatedTo: next.prefix } } },
    ]);
  });

  it("tells of a revoked key what it could do, and whose it was", async () => {
    const dev = await seedMember(workspace, { role: "dev" });
    const { prefix } = await generated(await signedIn(dev));
    await admin("DELETE", at(prefix));
    expect(await entriesOf(workspace.id, "key.revoke")).toMatchObject([
      { userId: workspace.userId, aboutUserId: dev, targetId: prefix, details: { before: { name: "CI", ...reach } } },
    ]);
  });

  it("names the key that did it", async () => {
    const key = await seedKey(workspace);
    const row = await env.DB.prepare("SELECT id FROM api_keys WHERE prefix = ?").bind(parseApiKey(key)?.prefix).first<string>("id");
    const answer = await call("DELETE", at(parseApiKey(key)?.prefix ?? ""), { key });
    expect(answer.status).toBe(204);
    expect(await entriesOf(workspace.id)).toMatchObject([{ action: "key.revoke", actorKind: "key", actorId: row, userId: workspace.userId }]);
  });

  it("holds no key and no hash of one", async () => {
    const { prefix, key } = await generated(admin);
    const next = GeneratedKey.parse(await (await admin("POST", at(prefix, "/rotate"), { graceSeconds: 60 })).json());
    await admin("PATCH", at(next.prefix), { name: "x" });
    await admin("DELETE", at(next.prefix));
    const text = JSON.stringify(await entriesOf(workspace.id));
    const { results } = await env.DB.prepare("SELECT hash FROM api_keys WHERE workspace_id = ?").bind(workspace.id).all<{ hash: string }>();
    for (const secret of [key, next.key, ...results.map(({ hash }) => hash)]) expect(text).not.toContain(secret.slice(16));
    expect(await actionsOf()).toEqual(["key.generate", "key.rotate", "key.update", "key.revoke"]);
  });

  it.each([
    { what: "an edit that names nothing", body: {} },
    { what: "an edit that says what is so already", body: { name: "CI", scopes: ["audits:read"], expiresAt: null, allowedIps: [], limits: {} } },
    { what: "an edit that is refused", body: { scopes: ["operations:read"] } },
  ])("says nothing of $what, and the version stays", async ({ body }) => {
    const { prefix } = await generated(admin);
    await admin("PATCH", at(prefix), body);
    expect(await actionsOf()).toEqual(["key.generate"]);
    expect(await (await admin("GET", at(prefix))).json()).toMatchObject({ version: 1 });
  });

  it("tells once of a key that is revoked twice, also at the same time", async () => {
    const { prefix } = await generated(admin);
    const answers = await Promise.all(Array.from({ length: 5 }, () => admin("DELETE", at(prefix))));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
    expect((await admin("DELETE", at(prefix))).status).toBe(204);
    expect(await actionsOf()).toEqual(["key.generate", "key.revoke"]);
  });

  it("tells of no rotation that lost", async () => {
    const { prefix } = await generated(admin);
    const answers = await Promise.all(Array.from({ length: 5 }, () => admin("POST", at(prefix, "/rotate"))));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    expect(await actionsOf()).toEqual(["key.generate", "key.rotate"]);
  });

  it("has no entry of a change that did not happen", async () => {
    injectFaults(once("d1", "fail-before", { text: 'insert into "api_keys"' }));
    expect((await admin("POST", "/api/v1/keys/generate", { name: "CI", scopes: ["audits:read"] })).status).toBe(503);
    expect(await entriesOf(workspace.id)).toEqual([]);
  });
});
