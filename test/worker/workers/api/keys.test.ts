import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members } from "../../../../shared/db/schema/index.ts";
import { GeneratedKey, Key, KeyList } from "../../../../shared/keys/index.ts";
import { dayMs, newApiKey, newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signInAs } from "../../../helpers/worker/people.ts";

let workspace: SeededWorkspace;
let admin = "";
let dev = "";
let devId = "";
// Somebody else each time, with limits that nobody has used.
beforeEach(async () => {
  workspace = await seedWorkspace();
  devId = await seedMember(workspace, { role: "dev" });
  admin = (await signInAs(workspace.userId)).accessToken;
  dev = (await signInAs(devId)).accessToken;
});

/** A call by somebody: an access token or a key. */
const by = (credential: string, method: string, path: string, body?: unknown) =>
  call(method, path, { headers: { Authorization: `Bearer ${credential}` }, ...(body === undefined ? {} : { body }) });
const generate = (credential: string, body: object = {}) => by(credential, "POST", "/api/v1/keys/generate", { name: "CI", scopes: ["audits:read"], ...body });
const made = async (credential: string, body: object = {}): Promise<GeneratedKey> =>
  GeneratedKey.strict().parse(await (await generate(credential, body)).json());
const at = (prefix: string) => `/api/v1/keys/${prefix}`;
const read = async (prefix: string): Promise<Key> => Key.strict().parse(await (await by(admin, "GET", at(prefix))).json());
const refusal = async (answer: Response) => {
  const { status, code, detail, errors } = Problem.parse(await answer.json());
  return { status, code, detail, paths: [...new Set(errors.map(({ path }) => path))] };
};

describe("a generated key", () => {
  it("works at once, is answered in full, and is in the list under its prefix", async () => {
    const expiresAt = Date.now() + dayMs;
    const answer = await generate(dev, { name: "  Nightly  ", scopes: ["audits:write", "audits:read"], expiresAt, allowedIps: [] });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const key = GeneratedKey.strict().parse(await answer.json());
    expect(key).toMatchObject({ name: "Nightly", scopes: ["audits:write", "audits:read"], expiresAt, allowedIps: [], limits: {}, version: 1 });
    expect(parseApiKey(key.key)?.prefix).toBe(key.prefix);
    expect((await call("GET", "/api/v1/audits", { key: key.key })).status).toBe(200);
    const { key: _, ...described } = key;
    const shown = await read(key.prefix);
    expect(shown).toMatchObject({ ...described, status: "active", rotatedTo: null, createdBy: { id: devId, name: "", email: `${devId}@example.com` } });
    const { items } = KeyList.strict().parse(await (await by(dev, "GET", "/api/v1/keys")).json());
    expect(items.find(({ prefix }) => prefix === key.prefix)).toMatchObject(described);
  });

  it("lasts for ever and works from everywhere unless told otherwise", async () => {
    expect(await made(dev)).toMatchObject({ expiresAt: null, allowedIps: [] });
  });

  it("has each range once, in its one spelling", async () => {
    const { allowedIps } = await made(dev, { allowedIps: ["203.0.113.7/24", "::ffff:203.0.113.0/120", "2001:DB8::1", "198.51.100.9"] });
    expect(allowedIps).toEqual(["203.0.113.0/24", "2001:db8::1/128", "198.51.100.9/32"]);
  });

  it.each([
    {
      what: "a permission that its maker lacks",
      body: { scopes: ["audits:read", "members:write", "keys:manage"] },
      paths: ["body.scopes[1]", "body.scopes[2]"],
    },
    { what: "a permission of operators", body: { scopes: ["operations:read"] }, paths: ["body.scopes[0]"] },
    { what: "an unknown permission", body: { scopes: ["audits:dance"] }, paths: ["body.scopes[0]"] },
    { what: "no permission", body: { scopes: [] }, paths: ["body.scopes"] },
    { what: "a permission twice", body: { scopes: ["audits:read", "audits:read"] }, paths: ["body.scopes"] },
    { what: "no name", body: { name: " " }, paths: ["body.name"] },
    { what: "a name of two lines", body: { name: "a\nb" }, paths: ["body.name"] },
    { what: "an end that has passed", body: { expiresAt: Date.now() - 1 }, paths: ["body.expiresAt"] },
    { what: "an end in more than ten years", body: { expiresAt: Date.now() + 3_654 * dayMs }, paths: ["body.expiresAt"] },
    { what: "a range that is none", body: { allowedIps: ["203.0.113.7", "office"] }, paths: ["body.allowedIps[1]"] },
    { what: "51 ranges", body: { allowedIps: Array.from({ length: 51 }, (_, i) => `203.0.113.${i}`) }, paths: ["body.allowedIps"] },
    { what: "an unknown field", body: { prefix: "mk_test_abcdefgh" }, paths: ["body.prefix"] },
  ])("cannot have $what", async ({ body, paths }) => {
    expect(await refusal(await generate(dev, body))).toMatchObject({ status: 422, code: "invalid", paths });
  });

  it("needs keys:write", async () => {
    const qa = (await signInAs(await seedMember(workspace, { role: "qa" }))).accessToken;
    expect(await refusal(await generate(qa))).toMatchObject({ status: 403, code: "forbidden" });
  });
});

describe("a key that makes keys", () => {
  const office = ["203.0.113.0/24"];
  const maker = (bounds: object = {}) => made(dev, { scopes: ["keys:write", "audits:read"], ...bounds });
  const fromOffice = (key: string, body: object) =>
    call("POST", "/api/v1/keys/generate", { key, headers: { "CF-Connecting-IP": "203.0.113.9" }, body: { name: "child", scopes: ["audits:read"], ...body } });

  it("makes keys of the same maker, with its own end and ranges when nothing is said", async () => {
    const expiresAt = Date.now() + dayMs;
    const parent = await maker({ expiresAt, allowedIps: office });
    const answer = await fromOffice(parent.key, {});
    expect(answer.status).toBe(201);
    const child = GeneratedKey.parse(await answer.json());
    expect(child).toMatchObject({ expiresAt, allowedIps: office });
    expect((await read(child.prefix)).createdBy.id).toBe(devId);
  });

  it.each([
    { what: "with a permission that it lacks, though its maker has it", body: { scopes: ["audits:write"] }, path: "body.scopes[0]" },
    { what: "that never ends", body: { expiresAt: null }, path: "body.expiresAt" },
    { what: "that ends later", body: { expiresAt: Date.now() + 2 * dayMs }, path: "body.expiresAt" },
    { what: "for every address", body: { allowedIps: [] }, path: "body.allowedIps" },
    { what: "for other addresses", body: { allowedIps: ["198.51.100.0/24"] }, path: "body.allowedIps" },
  ])("makes no key $what", async ({ body, path }) => {
    const parent = await maker({ expiresAt: Date.now() + dayMs, allowedIps: office });
    expect(await refusal(await fromOffice(parent.key, body))).toMatchObject({ status: 422, paths: [path] });
  });

  it("rotates itself and no other key, not even one of its maker that may do less", async () => {
    const narrow = await made(dev, { scopes: ["audits:read"] });
    const { key, prefix } = await maker();
    expect(await refusal(await by(key, "POST", `${at(narrow.prefix)}/rotate`))).toMatchObject({ status: 403, detail: expect.stringContaining("itself") });
    expect((await by(key, "POST", `${at(prefix)}/rotate`)).status).toBe(201);
  });

  it("does not edit another key that may do more than itself, yet may end it", async () => {
    const wide = await made(dev, { scopes: ["keys:write", "audits:read", "audits:write"] });
    const { key } = await maker();
    expect(await refusal(await by(key, "PATCH", at(wide.prefix), { name: "mine" }))).toMatchObject({ status: 403 });
    expect((await by(key, "DELETE", at(wide.prefix))).status).toBe(204);
  });

  it("cannot widen itself, but can narrow itself", async () => {
    const { key, prefix } = await maker();
    expect(await refusal(await by(key, "PATCH", at(prefix), { scopes: ["keys:write", "audits:write"] }))).toMatchObject({
      status: 422,
      paths: ["body.scopes[1]"],
    });
    expect((await by(key, "PATCH", at(prefix), { scopes: ["audits:read"] })).status).toBe(200);
    expect(await refusal(await by(key, "PATCH", at(prefix), { name: "again" }))).toMatchObject({ status: 403, detail: expect.stringContaining("keys:write") });
  });
});

describe("an edited key", () => {
  it("is what was asked for, from its next request on", async () => {
    const { prefix, key } = await made(dev);
    const expiresAt = Date.now() + dayMs;
    const answer = await by(dev, "PATCH", at(prefix), { name: "Renamed", scopes: ["audits:write"], expiresAt, allowedIps: ["203.0.113.7"] });
    expect(answer.status).toBe(200);
    const edited = Key.strict().parse(await answer.json());
    expect(edited).toMatchObject({ name: "Renamed", scopes: ["audits:write"], expiresAt, allowedIps: ["203.0.113.7/32"] });
    expect(await read(prefix)).toEqual(edited);
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(403);
  });

  it("keeps what was not named, and takes null for no end", async () => {
    const { prefix } = await made(dev, { expiresAt: Date.now() + dayMs, allowedIps: ["203.0.113.7"] });
    await by(dev, "PATCH", at(prefix), { expiresAt: null });
    expect(await read(prefix)).toMatchObject({ name: "CI", scopes: ["audits:read"], expiresAt: null, allowedIps: ["203.0.113.7/32"] });
    expect(Key.parse(await (await by(dev, "PATCH", at(prefix), {})).json())).toEqual(await read(prefix));
  });

  it.each([
    { what: "permissions that the editor lacks", body: { scopes: ["keys:manage"] }, path: "body.scopes[0]" },
    { what: "no permissions", body: { scopes: [] }, path: "body.scopes" },
    { what: "an end that has passed", body: { expiresAt: 1 }, path: "body.expiresAt" },
    { what: "ranges that are none", body: { allowedIps: ["::g"] }, path: "body.allowedIps[0]" },
  ])("does not get $what", async ({ body, path }) => {
    const { prefix } = await made(dev);
    expect(await refusal(await by(dev, "PATCH", at(prefix), body))).toMatchObject({ status: 422, paths: [path] });
  });

  it.each(["revoked", "expired", "rotated"])("is not %s: such a key stays as it ended", async (status) => {
    const { prefix } = await made(dev);
    const sql = { revoked: "revoked_at = 1", expired: "expires_at = 1", rotated: "rotated_to = 'mk_test_abcdefgh'" }[status];
    await env.DB.prepare(`UPDATE api_keys SET ${sql} WHERE prefix = ?`).bind(prefix).run();
    expect((await read(prefix)).status).toBe(status);
    expect(await refusal(await by(dev, "PATCH", at(prefix), { name: "back" }))).toMatchObject({ status: 409, detail: expect.stringContaining(status) });
    expect(await refusal(await by(dev, "POST", `${at(prefix)}/rotate`))).toMatchObject({ status: 409, detail: expect.stringContaining(status) });
  });
});

describe("a revoked key", () => {
  it("is refused on its next request, stays in the list, and may be revoked again", async () => {
    const { prefix, key } = await made(dev);
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(200);
    expect((await by(dev, "DELETE", at(prefix))).status).toBe(204);
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(401);
    expect((await read(prefix)).status).toBe("revoked");
    expect((await by(dev, "DELETE", at(prefix))).status).toBe(204);
  });

  it("may be the one that asks", async () => {
    const { prefix, key } = await made(dev, { scopes: ["keys:write"] });
    expect((await by(key, "DELETE", at(prefix))).status).toBe(204);
    expect((await by(key, "DELETE", at(prefix))).status).toBe(401);
  });
});

describe("other people's keys", () => {
  const changes = [
    { change: "edited", method: "PATCH", body: { name: "x" } },
    { change: "revoked", method: "DELETE", body: undefined },
  ];

  it.each(changes)("are not $change without keys:manage", async ({ method, body }) => {
    const { prefix } = await made(admin);
    expect(await refusal(await by(dev, method, at(prefix), body))).toMatchObject({ status: 403, detail: expect.stringContaining("keys:manage") });
    expect((await read(prefix)).status).toBe("active");
  });

  it.each(changes)("are $change by an admin", async ({ method, body }) => {
    const { prefix } = await made(dev);
    expect((await by(admin, method, at(prefix), body)).ok).toBe(true);
  });

  it("are read by everybody with keys:read", async () => {
    const { prefix } = await made(admin);
    expect((await by(dev, "GET", at(prefix))).status).toBe(200);
  });

  it("are rotated by nobody else, whatever they may: the new key would act as its maker", async () => {
    const { prefix } = await made(dev);
    const adminsKey = await made(admin, { scopes: ["keys:write", "keys:manage", "audits:read"] });
    for (const credential of [admin, adminsKey.key]) {
      expect(await refusal(await by(credential, "POST", `${at(prefix)}/rotate`))).toMatchObject({ status: 403 });
    }
    expect(await read(prefix)).toMatchObject({ status: "active", rotatedTo: null });
    expect((await by(dev, "POST", `${at(prefix)}/rotate`)).status).toBe(201);
  });

  const soon = Date.now() + dayMs;
  const bounds = { scopes: ["audits:read", "audits:write"], expiresAt: soon, allowedIps: ["203.0.113.0/24"] };

  it.each([
    { what: "fewer permissions", body: { scopes: ["audits:read"] } },
    { what: "an earlier end", body: { expiresAt: soon - 1 } },
    { what: "fewer addresses", body: { allowedIps: ["203.0.113.7/32"] } },
    { what: "a name", body: { name: "Told apart" } },
  ])("get $what from an admin", async ({ body }) => {
    const { prefix } = await made(dev, bounds);
    expect((await by(admin, "PATCH", at(prefix), body)).status).toBe(200);
    expect(await read(prefix)).toMatchObject(body);
  });

  it.each([
    { what: "another permission, though both have it", body: { scopes: ["audits:read", "keys:write"] }, path: "body.scopes[1]" },
    { what: "a later end", body: { expiresAt: soon + 1 }, path: "body.expiresAt" },
    { what: "no end", body: { expiresAt: null }, path: "body.expiresAt" },
    { what: "other addresses", body: { allowedIps: ["198.51.100.7"] }, path: "body.allowedIps" },
    { what: "every address", body: { allowedIps: [] }, path: "body.allowedIps" },
  ])("never get $what from an admin, but from their maker", async ({ body, path }) => {
    const { prefix } = await made(dev, bounds);
    const before = await read(prefix);
    const adminsKey = await made(admin, { scopes: ["keys:write", "keys:manage", "audits:read", "audits:write"] });
    for (const credential of [admin, adminsKey.key]) {
      expect(await refusal(await by(credential, "PATCH", at(prefix), body))).toMatchObject({ status: 422, paths: [path] });
    }
    expect(await read(prefix)).toEqual(before);
    expect((await by(dev, "PATCH", at(prefix), body)).status).toBe(200);
  });

  it("are only revoked by an admin who may do less: no admin becomes an operator that way, nor takes away what holds an operator's key back", async () => {
    const own = await seedWorkspace({ isOperator: true });
    const operator = (await signInAs(own.userId)).accessToken;
    const other = (await signInAs(await seedMember(own, { role: "admin" }))).accessToken;
    const { prefix } = await made(operator, { scopes: ["audits:read", "operations:read"], allowedIps: ["203.0.113.0/24"] });
    const before = await (await by(operator, "GET", at(prefix))).json();
    expect(await refusal(await by(other, "POST", `${at(prefix)}/rotate`))).toMatchObject({ status: 403, detail: expect.stringContaining("maker") });
    for (const body of [{ allowedIps: [] }, { expiresAt: null }, { name: "x" }, { scopes: ["audits:read"] }]) {
      expect(await refusal(await by(other, "PATCH", at(prefix), body))).toMatchObject({ status: 403, detail: expect.stringContaining("may not") });
    }
    expect(await (await by(operator, "GET", at(prefix))).json()).toEqual(before);
    expect((await by(other, "DELETE", at(prefix))).status).toBe(204);
  });
});

describe("another workspace's key", () => {
  it("is as unknown as one that does not exist", async () => {
    const elsewhere = await seedWorkspace();
    const foreign = parseApiKey(await seedKey(elsewhere))?.prefix ?? "";
    for (const prefix of [foreign, newApiKey("test").prefix]) {
      for (const [method, path, body] of [
        ["GET", "", undefined],
        ["PATCH", "", { name: "x" }],
        ["DELETE", "", undefined],
        ["POST", "/rotate", undefined],
      ] as const) {
        expect(await refusal(await by(admin, method, at(prefix) + path, body))).toMatchObject({ status: 404, detail: "There is no such API key." });
      }
    }
    const mine = (await signInAs(elsewhere.userId)).accessToken;
    expect(Key.parse(await (await by(mine, "GET", at(foreign))).json()).status).toBe("active");
  });

  it("is in no list, in whatever page", async () => {
    const own = await seedWorkspace();
    const token = (await signInAs(own.userId)).accessToken;
    const prefixes: string[] = [];
    for (let i = 0; i < 5; i++) prefixes.push((await made(token)).prefix);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = KeyList.parse(await (await by(token, "GET", `/api/v1/keys?limit=2${cursor}`)).json());
      seen.push(...page.items.map(({ prefix }) => prefix));
      if (page.nextCursor === undefined) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen.toSorted()).toEqual(prefixes.toSorted());
  });
});

describe("the power of a key", () => {
  it("follows its maker's role down, at once", async () => {
    const own = await seedWorkspace();
    const key = await seedKey(own, { scopes: ["members:write", "audits:read"] });
    const invite = () => call("POST", "/api/v1/users/invite", { key, body: { email: `${newId("user")}@example.com`, role: "qa" } });
    expect((await invite()).status).toBe(201);
    await directoryDatabase(env)
      .update(members)
      .set({ role: "qa" })
      .where(and(eq(members.workspaceId, own.id), eq(members.userId, own.userId)));
    expect(await refusal(await invite())).toMatchObject({ status: 403, detail: expect.stringContaining("members:write") });
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(200);
  });

  it("ends with its maker's membership, and the list says revoked", async () => {
    const leaver = await seedMember(workspace, { role: "dev" });
    const { key, prefix } = await made((await signInAs(leaver)).accessToken);
    await directoryDatabase(env)
      .delete(members)
      .where(and(eq(members.workspaceId, workspace.id), eq(members.userId, leaver)));
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(401);
    expect((await read(prefix)).status).toBe("revoked");
  });

  it("ends with its maker's operator flag, for the installation", async () => {
    const own = await seedWorkspace({ isOperator: true });
    const key = await seedKey(own, { scopes: ["operations:read", "audits:read"] });
    expect((await call("GET", "/api/admin/dead-letters", { key })).status).toBe(200);
    await env.DB.prepare("UPDATE users SET is_operator = 0 WHERE id = ?").bind(own.userId).run();
    expect((await call("GET", "/api/admin/dead-letters", { key })).status).toBe(403);
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(200);
  });
});
