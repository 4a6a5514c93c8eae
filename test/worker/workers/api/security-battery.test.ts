import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members, sessions } from "../../../../shared/db/schema/index.ts";
import { matrix, roles } from "../../../../shared/identity/index.ts";
import { isOperatorPermission, newApiKey, type Permission, permissions } from "../../../../shared/platform/index.ts";
import { openAccess } from "../../../../workers/api/declaration.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, seedPassword, signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, type SampleRoute, samplePassword, sampleRoutes, signedInOnly } from "../../../helpers/worker/route-samples.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

// Every declared route against every kind of caller who must not get in. A new route is covered by being declared.

/** Routes that anybody may call; a new one is a decision, so it is written down here. */
const openRoutes = [
  "get /healthz",
  "get /readyz",
  // A ticket opens it, not a key or a token.
  "get /ws",
  "post /api/v1/auth/check-email",
  "post /api/v1/auth/forgot-password",
  "post /api/v1/auth/invitation",
  "post /api/v1/auth/login",
  "post /api/v1/auth/refresh",
  "post /api/v1/auth/register",
  "post /api/v1/auth/reset-password",
  "post /api/v1/auth/verify-email",
  "post /api/v1/setup",
];

const isPermission = (name: string): name is Permission => permissions.some((permission) => permission === name);
const ofWorkspace = sampleRoutes.flatMap((route) => (isPermission(route.permission) ? [{ ...route, permission: route.permission }] : []));
const ofPeople = sampleRoutes.filter(({ permission }) => permission === "person");
const ofCallers = sampleRoutes.filter(({ permission }) => permission === "caller");
/** In a workspace, and without any permission. */
const ofMembers = sampleRoutes.filter(({ permission }) => permission === "member");
const closed = [...ofWorkspace, ...ofPeople, ...ofCallers, ...ofMembers];

let own: SeededWorkspace;
let others: SeededWorkspace;
const keys = {
  good: "",
  malformed: "mk_test_short",
  badChecksum: "",
  unknown: newApiKey("test").key,
  revoked: "",
  expired: "",
  ofFormerMember: "",
  member: "",
};
const tokens = { good: "", garbled: "", ofRevokedSession: "", ofEndedSession: "", forged: "", ofFormerMember: "" };
const lacking = new Map<string, string>();
const byRole = new Map<string, string>();

beforeAll(async () => {
  await defineSite("battery.test", {});
  own = await seedWorkspace({ isOperator: true });
  others = await seedWorkspace();
  const db = directoryDatabase(env);
  await seedKeys();
  for (const missing of permissions) lacking.set(missing, await seedKey(own, { scopes: permissions.filter((name) => name !== missing) }));
  for (const role of roles) byRole.set(role, (await signInAs(await seedMember(own, { role }))).accessToken);

  const good = await signInAs(own.userId);
  tokens.good = good.accessToken;
  tokens.garbled = `${tokens.good.slice(0, -4)}AAAA`;
  tokens.forged = await new SignJWT({ sid: good.sessionId, ver: 0 })
    .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: "test" })
    .setIssuer("https://mentha.test")
    .setAudience("mentha-api")
    .setSubject(own.userId)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode("a key that is not the server's own"));
  const revoked = await signInAs(own.userId);
  tokens.ofRevokedSession = revoked.accessToken;
  await db
    .update(sessions)
    .set({ revokedAt: Date.now() - 1, revokedFor: "sign-out" })
    .where(eq(sessions.id, revoked.sessionId));
  const ended = await signInAs(own.userId);
  tokens.ofEndedSession = ended.accessToken;
  await db
    .update(sessions)
    .set({ expiresAt: Date.now() - 1 })
    .where(eq(sessions.id, ended.sessionId));

  const former = await seedMember(own, { role: "admin" });
  keys.ofFormerMember = await seedKey({ id: own.id, userId: former });
  tokens.ofFormerMember = (await signInAs(former)).accessToken;
  await db.delete(members).where(and(eq(members.workspaceId, own.id), eq(members.userId, former)));
});

async function seedKeys(): Promise<void> {
  keys.good = await seedKey(own);
  keys.badChecksum = keys.good.slice(0, -1) + (keys.good.endsWith("0") ? "1" : "0");
  keys.revoked = await seedKey(own, { revokedAt: Date.now() - 1 });
  keys.expired = await seedKey(own, { expiresAt: Date.now() - 1 });
  keys.member = await seedKey(others);
}

/** Somebody who signed in, in one of their workspaces. */
const as = (token: string, { id } = own) => ({ headers: { Authorization: `Bearer ${token}`, "X-Workspace": id } });

interface Caller {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a route for something that nobody has, unless told what for. */
function send(route: SampleRoute, caller: Caller, params = route.thing?.unknown()): Promise<Response> {
  return call(route.method.toUpperCase(), addressOf(route, params), { ...caller, body: route.body });
}

async function expectProblem(answer: Response, status: 401 | 403, code: string): Promise<void> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
  expect(await answer.json()).toMatchObject({ code, status });
}

async function expectUnauthenticated(answer: Response): Promise<void> {
  expect(answer.headers.get("WWW-Authenticate")).toBe("Bearer");
  await expectProblem(answer, 401, "unauthenticated");
}

describe("the battery", () => {
  it("knows what every address names, and every route that is open", () => {
    expect(ofWorkspace.length).toBeGreaterThan(10);
    expect(sampleRoutes.filter(({ path, thing }) => path.includes("{") && thing === undefined).map(({ name }) => name)).toEqual([]);
    expect(
      sampleRoutes
        .filter(({ permission }) => permission === "public" || permission === "visitor")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(openRoutes.toSorted());
    expect(closed.length + openRoutes.length).toBe(sampleRoutes.length);
    expect(sampleRoutes.every(({ permission }) => isPermission(permission) || openAccess.some((access) => access === permission))).toBe(true);
  });

  it("reaches every route with a body that passes, so that a refusal is not one of the body", async () => {
    const refused: string[] = [];
    for (const route of [...ofWorkspace, ...ofPeople]) {
      // Somebody else each time, since one route deletes the workspace.
      const somebody = await seedWorkspace({ isOperator: true });
      if (JSON.stringify(route.body ?? "").includes(samplePassword)) await seedPassword(somebody.userId, samplePassword);
      const answer = await send(route, as((await signInAs(somebody.userId)).accessToken, somebody));
      await answer.body?.cancel();
      if (answer.status === 422 || answer.status === 400) refused.push(`${route.name}: ${answer.status}`);
    }
    expect(refused).toEqual([]);
  }, 60_000);
});

describe.each(closed)("$name", (route) => {
  it("refuses a caller without key and token", async () => {
    await expectUnauthenticated(await send(route, {}));
  });

  it.each(["garbled", "forged", "ofRevokedSession", "ofEndedSession"] as const)("refuses an access token: %s", async (kind) => {
    await expectUnauthenticated(await send(route, as(tokens[kind])));
  });
});

describe.each([...ofWorkspace, ...ofCallers, ...ofMembers])("$name", (route) => {
  it.each(["malformed", "badChecksum", "unknown", "revoked", "expired", "ofFormerMember"] as const)("refuses a key: %s", async (kind) => {
    await expectUnauthenticated(await send(route, { key: keys[kind] }));
  });
});

const notForKeys = ofWorkspace.filter(({ name }) => signedInOnly.includes(name));

describe.each([...ofPeople, ...notForKeys])("$name", (route) => {
  it("refuses an API key, which is not a person", async () => {
    await expectProblem(await send(route, { key: keys.good }), 403, "forbidden");
  });
});

describe.each(ofWorkspace)("$name", (route) => {
  it("refuses a key with every permission but its own", async () => {
    const answer = await send(route, { key: lacking.get(route.permission) });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "forbidden", detail: expect.stringContaining(route.permission) });
  });

  it.skipIf(signedInOnly.includes(route.name))("lets the right key past the guards", async () => {
    const answer = await send(route, { key: keys.good });
    await answer.body?.cancel();
    expect([200, 201, 202, 204, 404, 409]).toContain(answer.status);
  });

  const { permission } = route;
  const lower = isOperatorPermission(permission) ? roles : roles.filter((role) => !matrix[permission].includes(role));
  it.runIf(lower.length > 0)(`refuses ${lower.join(", ")}`, async () => {
    for (const role of lower) await expectProblem(await send(route, as(byRole.get(role) ?? "")), 403, "forbidden");
  });
});

describe.each([...ofWorkspace, ...ofMembers])("$name", (route) => {
  it("refuses somebody who is no longer a member", async () => {
    await expectProblem(await send(route, as(tokens.ofFormerMember)), 403, "forbidden");
  });

  it("refuses somebody who names a workspace of others", async () => {
    const headers = { Authorization: `Bearer ${tokens.good}`, "X-Workspace": others.id };
    await expectProblem(await send(route, { headers }), 403, "forbidden");
    await expectProblem(await send(route, { key: keys.good, headers: { "X-Workspace": others.id } }), 403, "forbidden");
  });
});

describe.each(ofMembers)("$name", (route) => {
  it("lets whoever is in the workspace past the guards, whatever they may do there", async () => {
    const answer = await send(route, { key: await seedKey(own, { scopes: [] }) });
    await answer.body?.cancel();
    expect([200, 201, 202, 204]).toContain(answer.status);
  });
});

describe.each(sampleRoutes.filter(({ thing }) => thing !== undefined && thing.of !== "installation"))("$name", (route) => {
  it("answers for what belongs to others as for what does not exist", async () => {
    const params = await route.thing?.make(others);
    // Somebody of whose limits nothing is used up: what their keys took counts for people too.
    const somebody = await seedWorkspace({ isOperator: true });
    const by = as((await signInAs(somebody.userId)).accessToken, somebody);
    const answers = [await send(route, by, params), await send(route, by)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    const [foreign, unknown] = await Promise.all(answers.map((answer) => answer.json<object>()));
    expect({ ...foreign, instance: "", requestId: "" }).toEqual({ ...unknown, instance: "", requestId: "" });
  });
});

describe("operators' routes", () => {
  it.each(ofWorkspace.filter(({ permission }) => isOperatorPermission(permission)))("$name refuses a member whose key claims the scope", async (route) => {
    expect((await send(route, { key: keys.member })).status).toBe(403);
  });
});

describe("a refusal", () => {
  it("has the same words whatever is wrong with the key", async () => {
    const details = new Set<string>();
    for (const key of [keys.malformed, keys.badChecksum, keys.unknown, keys.revoked, keys.expired, keys.ofFormerMember]) {
      const { detail } = await (await call("GET", "/api/v1/audits", { key })).json<{ detail: string }>();
      details.add(detail);
    }
    expect(details.size).toBe(1);
  });
});

describe("a key", () => {
  it.each([
    { outcome: "is taken as a bearer token", headers: () => ({ Authorization: `Bearer ${keys.good}` }), status: 200 },
    { outcome: "may be sent both ways", headers: () => ({ Authorization: `bearer ${keys.good}`, "X-API-Key": keys.good }), status: 200 },
    {
      outcome: "is refused when two different ones are sent",
      headers: () => ({ Authorization: `Bearer ${keys.good}`, "X-API-Key": keys.member }),
      status: 400,
    },
    { outcome: "is not taken as basic credentials", headers: () => ({ Authorization: `Basic ${btoa(`x:${keys.good}`)}` }), status: 401 },
    { outcome: "is not taken from the address", headers: () => ({}), path: () => `/api/v1/audits?key=${keys.good}`, status: 401 },
  ])("$outcome", async ({ headers, path, status }) => {
    expect((await call("GET", path?.() ?? "/api/v1/audits", { headers: headers() })).status).toBe(status);
  });
});
