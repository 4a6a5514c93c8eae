import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { actions } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog, sites, users, workspaces } from "../../../../shared/db/schema/index.ts";
import { isOperatorPermission, permissions } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { goodPassword, seedInvitation, seedToken } from "../../../helpers/worker/accounts.ts";
import { newAddress, type SeededWorkspace, seedAudit, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, seedPassword, signInAs } from "../../../helpers/worker/people.ts";
import { addressOf, type SampleRoute, samplePassword, sampleRoutes } from "../../../helpers/worker/route-samples.ts";
import { seedInstallationSchedule, seedSchedule } from "../../../helpers/worker/seeded-schedules.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { seedWebhook } from "../../../helpers/worker/webhooks.ts";

// Every declared route that may change something is called with success: the audit log tells who did what. A new route is covered by being declared.

/** What changes nothing that anybody would look for, and why. */
const noEntry: Readonly<Record<string, string>> = {
  "patch /api/v1/notifications/{id}": "marks what oneself has read, which is nobody else's business: the log is the workspace's",
  "patch /api/v1/notifications/preferences": "says what oneself wants to be told, which is nobody else's business",
  "post /api/v1/notifications/read-all": "marks what oneself has read, which is nobody else's business",
  "post /api/v1/auth/check-email": "answers without looking at anything",
  "post /api/v1/auth/invitation": "reads; it is a POST so that the token is in no address",
  "post /api/v1/schedules/preview": "answers with times and stores nothing; it is a POST since nothing of it has an address",
  "post /api/v1/ws-tickets": "stores nothing: what a ticket opens ends with the session or the key that asked for it",
  "post /api/v1/auth/refresh": "goes on with a session whose start is an entry, every day for everybody; a token that is used twice is an entry",
};

const directory = directoryDatabase(env);
const emailOf = (userId: string) => `${userId}@example.com`;
const setupToken = "0123456789abcdef0123456789abcdef";

/** How to call a route with success, where its sample alone would not. */
interface Preparation {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bindings?: Partial<Env> & { readonly SETUP_TOKEN?: string };
}

const tokenFor = async (purpose: "reset-password" | "verify-email", { userId }: SeededWorkspace) => ({
  token: await seedToken({ purpose, subjectId: userId, email: emailOf(userId) }),
});

const preparations: Readonly<Record<string, (own: SeededWorkspace) => Promise<Preparation>>> = {
  "delete /api/v1/me": async (own) => {
    // The last admin could not go.
    await seedMember(own, { role: "admin" });
    return {};
  },
  "post /api/v1/audits/{id}/cancel": async (own) => ({ params: { id: await seedAudit(own, "queued") } }),
  "post /api/v1/auth/accept-invitation": async ({ userId }) => {
    const { token } = await seedInvitation(await seedWorkspace(), { email: emailOf(userId) });
    return { body: { token } };
  },
  "post /api/v1/auth/check-email": async ({ userId }) => ({ body: { email: emailOf(userId) } }),
  "post /api/v1/auth/forgot-password": async ({ userId }) => ({ body: { email: emailOf(userId) } }),
  "post /api/v1/auth/invitation": async (own) => ({ body: { token: (await seedInvitation(own)).token } }),
  "post /api/v1/auth/login": async ({ userId }) => ({ body: { email: emailOf(userId), password: samplePassword } }),
  "post /api/v1/auth/refresh": async ({ userId }) => ({ body: { refreshToken: (await signInAs(userId)).refreshToken } }),
  "post /api/v1/auth/register": async (own) => ({ body: { token: (await seedInvitation(own)).token, name: "Grace", password: goodPassword } }),
  "post /api/v1/auth/reset-password": async (own) => ({ body: { ...(await tokenFor("reset-password", own)), password: goodPassword } }),
  "post /api/v1/auth/verify-email": async (own) => ({ body: await tokenFor("verify-email", own) }),
  "post /api/v1/projects/{id}/sites/{siteId}/verify": async (own) => {
    const { id = "", siteId = "" } = (await sampleNamed("delete /api/v1/projects/{id}/sites/{siteId}").thing?.make(own)) ?? {};
    const { url: origin } = await defineSite("trail.test", {
      "/.well-known/mentha-verification.txt": { body: "battery", headers: { "Content-Type": "text/plain" } },
    });
    await directory.update(sites).set({ origin }).where(eq(sites.id, siteId));
    return { params: { id, siteId }, body: { method: "file" } };
  },
  "post /api/v1/schedules/{id}/resume": async (own) => ({ params: { id: await seedSchedule(own, { pausedAt: 1 }) } }),
  "post /api/admin/schedules/{id}/resume": async () => ({ params: { id: await seedInstallationSchedule({ pausedAt: 1 }) } }),
  "post /api/v1/webhooks/{id}/enable": async (own) => ({ params: { id: await seedWebhook(own, { disabledAt: 1, disabledFor: "person" }) } }),
  "post /api/admin/users/{id}/resume": async () => {
    const { userId: id } = await seedWorkspace();
    await directory.update(users).set({ suspendedAt: 1 }).where(eq(users.id, id));
    return { params: { id } };
  },
  "post /api/admin/workspaces/{id}/resume": async () => {
    const { id } = await seedWorkspace();
    await directory.update(workspaces).set({ suspendedAt: 1 }).where(eq(workspaces.id, id));
    return { params: { id } };
  },
  "post /api/v1/setup": async () => {
    await directory.update(users).set({ isOperator: false });
    const body = { token: setupToken, email: "first@example.com", name: "First", password: goodPassword, workspace: "Shop" };
    return { body, bindings: { SETUP_TOKEN: setupToken } };
  },
};

function sampleNamed(name: string): SampleRoute {
  const found = sampleRoutes.find((route) => route.name === name);
  if (found === undefined) throw new Error(`There is no route ${name}.`);
  return found;
}

let own: SeededWorkspace;
beforeAll(async () => {
  for (const host of ["battery.test", "example.com"]) await defineSite(host, {});
});
beforeEach(async () => {
  own = await seedWorkspace({ isOperator: true });
  await seedPassword(own.userId, samplePassword);
});

/** What a call left behind: its answer, from where it came, what it named, and the entries of the log that carry its id. */
async function follow(route: SampleRoute) {
  const { params = await route.thing?.make(own), body = route.body, bindings = {} } = (await preparations[route.name]?.(own)) ?? {};
  const ip = newAddress();
  const isVisitor = route.permission === "visitor" || route.permission === "public";
  const session = isVisitor ? null : await signInAs(own.userId);
  const request = new Request(`https://mentha.test${addressOf(route, params)}`, {
    method: route.method.toUpperCase(),
    headers: {
      "CF-Connecting-IP": ip,
      "User-Agent": "a program of the test",
      ...(session === null ? {} : { Authorization: `Bearer ${session.accessToken}`, "X-Workspace": own.id }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const context = createExecutionContext();
  const answer = await app.fetch(request, { ...env, ...bindings }, context);
  const text = await answer.text();
  await waitOnExecutionContext(context);
  const requestId = answer.headers.get("X-Request-Id") ?? "";
  const entries = await directory.select().from(auditLog).where(eq(auditLog.requestId, requestId)).orderBy(auditLog.seq);
  return { outcome: answer.status < 300 ? "done" : `${answer.status} ${text}`, text, ip, session, named: Object.values(params ?? {}).at(-1), entries };
}

/** What an answer says of itself: the id of what was made or changed, and whatever it hands out that lets somebody in. */
const Answer = z.object({ id: z.string(), key: z.string(), secret: z.string(), accessToken: z.string(), refreshToken: z.string() }).partial();

function read(text: string) {
  const { id, ...secrets } = text.startsWith("{") ? Answer.parse(JSON.parse(text)) : {};
  return { id, secrets: Object.values(secrets) };
}

const changing = sampleRoutes.filter(({ method }) => method !== "get");
/** The log of a workspace that is deleted goes with it. */
const outlivesWorkspace = "delete /api/v1/workspace";
const isOfWorkspace = ({ permission, name }: SampleRoute) =>
  permissions.some((each) => each === permission && !isOperatorPermission(each)) && name !== outlivesWorkspace;

// Hashes take their time, most of all when other tests run too.
const slow = { timeout: 60_000 };

describe.each(changing.filter(({ name }) => noEntry[name] === undefined))("$name", slow, (route) => {
  it("leaves an entry that says who, from where, did what to which", async () => {
    const { outcome, text, ip, session, named, entries } = await follow(route);
    expect(outcome).toBe("done");
    expect(entries.length).toBeGreaterThan(0);
    for (const { action, targetKind, targetId, client } of entries) {
      expect(actions).toContain(action);
      expect(action.startsWith(`${targetKind}.`)).toBe(true);
      expect(targetId).not.toBe("");
      expect(client).toEqual({ ip, userAgent: "a program of the test" });
    }
    const who = session === null ? { actorKind: "visitor", actorId: null } : { actorKind: "session", actorId: session.sessionId, userId: own.userId };
    expect(entries).toEqual(entries.map(() => expect.objectContaining(who)));
    const { id = named, secrets } = read(text);
    const told = JSON.stringify(entries);
    if (id !== undefined) expect(told).toContain(id);
    for (const secret of [samplePassword, goodPassword, setupToken, ...secrets]) expect(told).not.toContain(secret);

    const misplaced = isOfWorkspace(route) ? entries.filter(({ workspaceId }) => workspaceId === installationId) : [];
    expect(misplaced).toEqual([]);
  });
});

describe("what leaves no entry", slow, () => {
  it.each(Object.entries(noEntry))("%s: it %s", async (name) => {
    const { outcome, entries } = await follow(sampleNamed(name));
    expect([outcome, entries]).toEqual(["done", []]);
  });
});
