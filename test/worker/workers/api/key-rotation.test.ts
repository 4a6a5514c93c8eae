import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { GeneratedKey, Key } from "../../../../shared/keys/index.ts";
import { dayMs, parseApiKey } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { signInAs } from "../../../helpers/worker/people.ts";

let workspace: SeededWorkspace;
let manager = "";
// Somebody else each time, with limits that nobody has used.
beforeEach(async () => {
  workspace = await seedWorkspace();
  manager = (await signInAs(workspace.userId)).accessToken;
});

const prefixOf = (key: string): string => parseApiKey(key)?.prefix ?? "";
const rotate = (key: string, body?: object): Promise<Response> =>
  call("POST", `/api/v1/keys/${prefixOf(key)}/rotate`, { headers: { Authorization: `Bearer ${manager}` }, body });
const rotated = async (key: string, body?: object): Promise<GeneratedKey> => {
  const answer = await rotate(key, body);
  expect(answer.status).toBe(201);
  return GeneratedKey.strict().parse(await answer.json());
};
const read = async (key: string): Promise<Key> =>
  Key.strict().parse(await (await call("GET", `/api/v1/keys/${prefixOf(key)}`, { headers: { Authorization: `Bearer ${manager}` } })).json());
const countKeys = () => env.DB.prepare("SELECT count(*) AS keys FROM api_keys").first<number>("keys").then(Number);
const works = async (key: string): Promise<boolean> => (await call("GET", "/api/v1/audits", { key })).status === 200;

describe("a rotated key", () => {
  it("ends at once without a grace, and the new one has all that was said of it", async () => {
    const expiresAt = Date.now() + dayMs;
    const old = await seedKey(workspace, { scopes: ["audits:read", "keys:read"], expiresAt });
    await env.DB.prepare(`UPDATE api_keys SET name = 'Nightly', allowed_ips = '["203.0.113.0/24"]' WHERE prefix = ?`).bind(prefixOf(old)).run();
    const next = await rotated(old);
    expect(next).toMatchObject({ name: "Nightly", scopes: ["audits:read", "keys:read"], expiresAt, allowedIps: ["203.0.113.0/24"] });
    const from = { headers: { "CF-Connecting-IP": "203.0.113.9" } };
    expect((await call("GET", "/api/v1/audits", { key: next.key, ...from })).status).toBe(200);
    expect((await call("GET", "/api/v1/audits", { key: old, ...from })).status).toBe(401);
    expect(await read(old)).toMatchObject({ status: "rotated", rotatedTo: next.prefix });
    expect(await read(next.key)).toMatchObject({ status: "active", rotatedTo: null, createdBy: { id: workspace.userId } });
  });

  it("works on within the grace, and not after it", async () => {
    const old = await seedKey(workspace);
    const before = Date.now();
    const next = await rotated(old, { graceSeconds: 604_800 });
    const { expiresAt, status } = await read(old);
    expect(status).toBe("rotated");
    expect(expiresAt).toBeGreaterThanOrEqual(before + 7 * dayMs);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 7 * dayMs);
    expect(next.expiresAt).toBeNull();
    expect([await works(old), await works(next.key)]).toEqual([true, true]);
    await env.DB.prepare("UPDATE api_keys SET expires_at = ? WHERE prefix = ?")
      .bind(Date.now() - 1, prefixOf(old))
      .run();
    expect([await works(old), await works(next.key)]).toEqual([false, true]);
    expect((await read(old)).status).toBe("rotated");
  });

  it("never gets a later end by it", async () => {
    const expiresAt = Date.now() + dayMs;
    const old = await seedKey(workspace, { expiresAt });
    const next = await rotated(old, { graceSeconds: 604_800 });
    expect([(await read(old)).expiresAt, next.expiresAt]).toEqual([expiresAt, expiresAt]);
  });

  it("is not rotated again", async () => {
    const old = await seedKey(workspace);
    await rotated(old, { graceSeconds: 60 });
    expect((await rotate(old)).status).toBe(409);
  });

  it("has one successor, however many ask at once", async () => {
    const old = await seedKey(workspace);
    const before = await countKeys();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(old, { graceSeconds: 60 })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array<number>(7).fill(409)]);
    const winner = GeneratedKey.parse(await answers.find(({ status }) => status === 201)?.json());
    expect((await read(old)).rotatedTo).toBe(winner.prefix);
    expect(await countKeys()).toBe(before + 1);
    expect(await works(winner.key)).toBe(true);
  });

  it("may be revoked within the grace; its successor works on", async () => {
    const old = await seedKey(workspace);
    const next = await rotated(old, { graceSeconds: 60 });
    expect((await call("DELETE", `/api/v1/keys/${prefixOf(old)}`, { headers: { Authorization: `Bearer ${manager}` } })).status).toBe(204);
    expect([await works(old), await works(next.key)]).toEqual([false, true]);
    expect((await read(old)).status).toBe("revoked");
  });

  it("may be the one that asks", async () => {
    const old = await seedKey(workspace, { scopes: ["keys:write", "audits:read"] });
    const answer = await call("POST", `/api/v1/keys/${prefixOf(old)}/rotate`, { key: old });
    expect(answer.status).toBe(201);
    expect(await works(GeneratedKey.parse(await answer.json()).key)).toBe(true);
  });

  it.each([-1, 604_801, 1.5, "60", null])("has no grace of %j seconds", async (graceSeconds) => {
    const old = await seedKey(workspace);
    expect((await rotate(old, { graceSeconds })).status).toBe(422);
    expect((await read(old)).status).toBe("active");
  });
});
