import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { GeneratedKey, generateKey, Key } from "../../../../shared/keys/index.ts";
import { limitPolicies } from "../../../../shared/limits/index.ts";
import { maxLimit } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, contextOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, seedMember, signedIn } from "../../../helpers/worker/people.ts";

const usual = limitPolicies.lists.limit;
let workspace: SeededWorkspace;
let dev: SignedIn;
let admin: SignedIn;
let operator: SignedIn;
beforeEach(async () => {
  workspace = await seedWorkspace({ isOperator: true });
  operator = await signedIn(workspace.userId);
  admin = await signedIn(await seedMember(workspace, { role: "admin" }));
  dev = await signedIn(await seedMember(workspace, { role: "dev" }));
});

const scopes = ["audits:read", "keys:read", "keys:write"];
const generate = (by: SignedIn, limits?: unknown) => by("POST", "/api/v1/keys/generate", { name: "CI", scopes, ...(limits === undefined ? {} : { limits }) });
const made = async (by: SignedIn, limits?: object): Promise<GeneratedKey> => GeneratedKey.strict().parse(await (await generate(by, limits)).json());
const at = (prefix: string, more = "") => `/api/v1/keys/${prefix}${more}`;
const edit = (by: SignedIn, prefix: string, limits: object) => by("PATCH", at(prefix), { limits });
const limitsOf = async (prefix: string) => Key.strict().parse(await (await admin("GET", at(prefix))).json()).limits;
const refusal = async (answer: Response) => {
  const { status, detail, errors } = Problem.parse(await answer.json());
  return { status, detail, paths: errors.map(({ path }) => path) };
};
/** A client of a key. */
const withKey =
  (key: string): SignedIn =>
  (method, path, body) =>
    call(method, path, { key, body });

describe("a key's own limits", () => {
  it("are what was asked for, and those of everybody where nothing was", async () => {
    const { prefix, limits } = await made(dev, { reads: 7, lists: 5 });
    expect(limits).toEqual({ lists: 5, reads: 7 });
    expect(await limitsOf(prefix)).toEqual({ lists: 5, reads: 7 });
    expect((await made(dev)).limits).toEqual({});
  });

  it("hold from the next request on", async () => {
    const [raised, lowered] = [await made(dev, { lists: 2 }), await made(dev, { lists: 9 })];
    const list = async ({ key }: GeneratedKey) => (await call("GET", "/api/v1/audits", { key })).status;
    for (const one of [raised, lowered]) expect([await list(one), await list(one)]).toEqual([200, 200]);
    expect((await edit(dev, raised.prefix, { lists: 3 })).status).toBe(200);
    expect([await list(raised), await list(raised)]).toEqual([200, 429]);
    expect((await edit(dev, lowered.prefix, { lists: 2 })).status).toBe(200);
    expect(await list(lowered)).toBe(429);
  });

  it.each([
    { what: "nothing at all", limits: { lists: 0 }, path: "body.limits.lists" },
    { what: "parts", limits: { lists: 1.5 }, path: "body.limits.lists" },
    { what: "more than any limit may", limits: { lists: maxLimit + 1 }, path: "body.limits.lists" },
    { what: "text", limits: { lists: "5" }, path: "body.limits.lists" },
    { what: "an unknown name", limits: { list: 5 }, path: "body.limits.list" },
    { what: "what counts by address", limits: { public: 5 }, path: "body.limits.public" },
    { what: "a list", limits: [5], path: "body.limits" },
    { what: "null", limits: null, path: "body.limits" },
    { what: "more than is usual", limits: { lists: usual + 1 }, path: "body.limits.lists" },
  ])("are never $what", async ({ limits, path }) => {
    expect(await refusal(await generate(dev, limits))).toMatchObject({ status: 422, paths: [path] });
  });

  it("above what is usual are given by operators alone, in person and by a key of theirs that may", async () => {
    const { prefix } = await made(dev);
    const more = { lists: maxLimit };
    expect(await refusal(await edit(dev, prefix, more))).toMatchObject({ status: 422, paths: ["body.limits.lists"] });
    expect(await refusal(await edit(admin, prefix, more))).toMatchObject({ status: 422, paths: ["body.limits.lists", "body.limits.lists"] });
    const reading = withKey(await seedKey(workspace, { limits: {}, scopes: [...scopes, "keys:manage", "operations:read"] }));
    expect((await edit(reading, prefix, more)).status).toBe(422);
    expect((await edit(operator, prefix, more)).status).toBe(200);
    const writing = withKey(await seedKey(workspace, { limits: {}, scopes: [...scopes, "keys:manage", "operations:write"] }));
    expect((await edit(writing, prefix, { lists: 500 })).status).toBe(200);
    expect(await limitsOf(prefix)).toEqual({ lists: 500 });
  });

  it("that an operator raised stay while others are changed, may be lowered, and are then raised by operators alone", async () => {
    const { prefix } = await made(dev);
    await edit(operator, prefix, { lists: 500 });
    expect((await edit(dev, prefix, { lists: 500, reads: 9 })).status).toBe(200);
    expect((await edit(admin, prefix, { lists: 400, reads: 9 })).status).toBe(200);
    expect((await edit(dev, prefix, { lists: 500 })).status).toBe(422);
    expect((await edit(dev, prefix, {})).status).toBe(200);
    expect((await edit(dev, prefix, { lists: usual + 1 })).status).toBe(422);
  });

  it("of somebody else's key are only lowered, but by operators", async () => {
    const { prefix } = await made(dev, { lists: 10 });
    expect((await edit(admin, prefix, { lists: 9 })).status).toBe(200);
    for (const limits of [{ lists: 10 }, {}]) expect(await refusal(await edit(admin, prefix, limits))).toMatchObject({ status: 422 });
    expect(await limitsOf(prefix)).toEqual({ lists: 9 });
    expect((await edit(operator, prefix, { lists: 10 })).status).toBe(200);
    expect((await edit(dev, prefix, {})).status).toBe(200);
  });

  it("are kept by the key that takes its place, also when they are above what is usual", async () => {
    const { prefix } = await made(dev, { reads: 4 });
    await edit(operator, prefix, { reads: 4, lists: 500 });
    const next = GeneratedKey.parse(await (await dev("POST", at(prefix, "/rotate"))).json());
    expect(next.limits).toEqual({ lists: 500, reads: 4 });
    expect(await limitsOf(next.prefix)).toEqual({ lists: 500, reads: 4 });
  });
});

describe("a key that is held back", () => {
  it("hands that on to the keys that it makes, and gives no more", async () => {
    const parent = withKey((await made(dev, { reads: 4 })).key);
    expect((await made(parent)).limits).toEqual({ reads: 4 });
    expect((await made(parent, { reads: 3, lists: 1 })).limits).toEqual({ lists: 1, reads: 3 });
    for (const limits of [{ reads: 5 }, {}]) expect(await refusal(await generate(parent, limits))).toMatchObject({ status: 422 });
  });

  it("does not let go of itself, nor edits a key that is not", async () => {
    const { key, prefix } = await made(dev, { reads: 4 });
    const free = await made(dev);
    for (const limits of [{ reads: 5 }, {}]) expect(await refusal(await edit(withKey(key), prefix, limits))).toMatchObject({ status: 422 });
    expect((await edit(withKey(key), prefix, { reads: 3 })).status).toBe(200);
    expect(await refusal(await withKey(key)("PATCH", at(free.prefix), { name: "x" }))).toMatchObject({ status: 403 });
  });

  it("is so also when an operator's key is: it stays below what is usual", async () => {
    const all = [...scopes, "operations:write"];
    const held = withKey(await seedKey(workspace, { limits: { reads: 4 }, scopes: all }));
    expect((await generate(held, { reads: 5 })).status).toBe(422);
    expect((await generate(held, { reads: 4, lists: 500 })).status).toBe(201);
  });
});

it("a key that an operator raised hands on no more than is usual", async () => {
  const raised = withKey(await seedKey(workspace, { limits: { lists: 500 }, scopes }));
  expect((await made(raised)).limits).toEqual({});
  expect((await generate(raised, { lists: 500 })).status).toBe(422);
});

it("what is usual is what the installation says, where it says something", async () => {
  const strict: Env = Object.assign({}, env, { LIMITS: "lists=30" });
  const ctx = contextOf(strict, workspace, ["keys:write", "audits:read"]);
  const make = (limits: object) => generateKey(ctx, { name: "CI", scopes: ["audits:read"], limits: { ...limits } });
  await expect(make({ lists: 31 })).rejects.toMatchObject({ code: "invalid", errors: [{ path: "body.limits.lists" }] });
  expect((await make({ lists: 30, reads: limitPolicies.reads.limit })).limits).toEqual({ lists: 30, reads: limitPolicies.reads.limit });
});
