import { applyD1Migrations, createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { attempts, jobs, members, sessions, users, workspaces } from "../../../../shared/db/schema/index.ts";
import { SignedIn } from "../../../../shared/identity/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { goodPassword, hasPassword, queuedMails, triesOf } from "../../../helpers/worker/accounts.ts";
import { newAddress } from "../../../helpers/worker/api.ts";

const directory = directoryDatabase(env);
const setupToken = "0123456789abcdef0123456789abcdef";
const configured = { ...env, SETUP_TOKEN: setupToken };
const input = { token: setupToken, email: "ada@example.com", name: "Ada", password: goodPassword, workspace: "Shop" };

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  for (const table of [users, members, workspaces, sessions, attempts, jobs]) await directory.delete(table);
});

/** Calls the Worker's app with variables of its own; each request comes from another address. */
async function send(bindings: Env, body: unknown, path = "/api/v1/setup", headers: Record<string, string> = {}): Promise<Response> {
  const context = createExecutionContext();
  const request = new Request(`https://mentha.test${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "Content-Type": "application/json", "CF-Connecting-IP": newAddress(), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await app.fetch(request, bindings, context);
  await waitOnExecutionContext(context);
  return answer;
}

// Hashes take their time, most of all when other tests run too.
const slow = { timeout: 60_000 };

describe("the setup of a new installation", slow, () => {
  it("makes an operator, a workspace and its admin, and signs in", async () => {
    const answer = await send(configured, input);
    expect(answer.status).toBe(201);
    const { accessToken, user } = SignedIn.strict().parse(await answer.json());
    expect(user).toMatchObject({ email: "ada@example.com", name: "Ada" });

    const me = await send(configured, undefined, "/api/v1/me", { Authorization: `Bearer ${accessToken}` });
    expect(await me.json()).toMatchObject({ user: { isOperator: true, emailVerified: false }, workspace: { name: "Shop", role: "admin" } });
    expect(await hasPassword(user.id, goodPassword)).toBe(true);
    expect(await queuedMails()).toEqual([{ kind: "verify-email", userId: user.id, email: "ada@example.com" }]);
  });

  it("works where no e-mail can be sent", async () => {
    expect((await send({ ...configured, ENVIRONMENT: "production" }, input)).status).toBe(201);
    expect(await queuedMails()).toEqual([]);
  });

  it("works once", async () => {
    expect((await send(configured, input)).status).toBe(201);
    expect((await send(configured, { ...input, email: "mallory@example.com" })).status).toBe(410);
    expect(await directory.select().from(users)).toHaveLength(1);
  });

  it("works again once every operator is suspended, so that somebody can resume them", async () => {
    expect((await send(configured, input)).status).toBe(201);
    await directory.update(users).set({ suspendedAt: Date.now() });
    expect((await send(configured, { ...input, email: "grace@example.com" })).status).toBe(201);
    expect((await send(configured, { ...input, email: "mallory@example.com" })).status).toBe(410);
    expect(await directory.$count(users)).toBe(2);
  });

  it("makes one operator of twenty who come at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(configured, { ...input, email: `ada${i}@example.com` })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    // Some are told that too many passwords wait to be hashed.
    expect(statuses.filter((status) => ![201, 410, 429].includes(status))).toEqual([]);
    for (const table of [users, workspaces, members, sessions]) expect(await directory.select().from(table)).toHaveLength(1);
  });

  it("is not there without a token in the settings", async () => {
    const answer = await send(env, input);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ detail: (await (await send(env, {}, "/api/v1/no-such-thing")).json<{ detail: string }>()).detail });
    expect(await directory.select().from(users)).toEqual([]);
  });

  it.each([setupToken.slice(0, -1), `${setupToken}0`, setupToken.toUpperCase(), "x"])("refuses another token: %s", async (token) => {
    expect((await send(configured, { ...input, token }, "/api/v1/setup", { "CF-Connecting-IP": "203.0.113.5" })).status).toBe(403);
    expect(await triesOf("tokenIp", "203.0.113.5")).toBe(1);
    expect(await directory.select().from(users)).toEqual([]);
  });

  it("says when the address has an account already, and makes nothing", async () => {
    await directory.insert(users).values({ id: newId("user"), email: "ada@example.com", createdAt: Date.now() });
    expect((await send(configured, input)).status).toBe(409);
    expect(await directory.select().from(workspaces)).toEqual([]);
  });

  it.each([
    { field: "password", value: "short" },
    { field: "password", value: "ada@example.com" },
    { field: "email", value: "ada" },
    { field: "name", value: " " },
    { field: "workspace", value: "" },
  ])("names a field that will not do: $field $value", async ({ field, value }) => {
    const answer = await send(configured, { ...input, [field]: value });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ path: `body.${field}` })]) });
  });

  it("takes nothing that it does not know", async () => {
    expect((await send(configured, { ...input, isOperator: true })).status).toBe(422);
  });
});
