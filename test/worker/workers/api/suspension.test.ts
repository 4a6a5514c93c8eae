import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, audits, events, findings, jobs, users } from "../../../../shared/db/schema/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { ask, goodPassword, hasPassword, seedInvitation, seedToken } from "../../../helpers/worker/accounts.ts";
import { call, outcomeOf, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, seedMember, seedPassword, signedIn, signInAs } from "../../../helpers/worker/people.ts";

// A password takes a while to hash.
vi.setConfig({ testTimeout: 60_000 });

const db = directoryDatabase(env);

let operator: SignedIn;
let workspace: SeededWorkspace;
let userId = "";
beforeEach(async () => {
  operator = await signedIn((await seedWorkspace({ isOperator: true })).userId);
  workspace = await seedWorkspace();
  userId = await seedMember(workspace, { role: "dev" });
});

const suspendPerson = () => operator("POST", `/api/admin/users/${userId}/suspend`);
const resumePerson = () => operator("POST", `/api/admin/users/${userId}/resume`);
const suspendWorkspace = () => operator("POST", `/api/admin/workspaces/${workspace.id}/suspend`);
const resumeWorkspace = () => operator("POST", `/api/admin/workspaces/${workspace.id}/resume`);

const account = { status: 403, detail: expect.stringMatching(/^This account is suspended: /) };
const place = { status: 403, detail: expect.stringMatching(/^This workspace is suspended: /) };

describe("somebody who is suspended", () => {
  it("is told so at the sign-in with the right password; with a wrong one nothing differs", async () => {
    const email = await seedPassword(userId, goodPassword);
    const wrong = async () => outcomeOf(await ask("POST", "/auth/login", { body: { email, password: "a wrong password" } }));
    const before = await wrong();
    expect((await suspendPerson()).status).toBe(204);
    expect(await outcomeOf(await ask("POST", "/auth/login", { body: { email, password: goodPassword } }))).toEqual(account);
    expect(await wrong()).toEqual(before);
    expect(before.status).toBe(401);
    await resumePerson();
    expect((await ask("POST", "/auth/login", { body: { email, password: goodPassword } })).status).toBe(200);
  });

  it("cannot refresh a session, which is good again once they are resumed", async () => {
    const { refreshToken, accessToken } = await signInAs(userId);
    await suspendPerson();
    const refresh = () => ask("POST", "/auth/refresh", { body: { refreshToken } });
    expect(await outcomeOf(await refresh())).toEqual(account);
    expect(await outcomeOf(await refresh())).toEqual(account);
    await resumePerson();
    expect((await refresh()).status).toBe(200);
    expect((await call("GET", "/api/v1/me", { headers: { Authorization: `Bearer ${accessToken}` } })).status).toBe(200);
  });

  it("loses a session whose refresh token two have, all the same", async () => {
    const { refreshToken } = await signInAs(userId);
    const next = await (await ask("POST", "/auth/refresh", { body: { refreshToken } })).json<{ refreshToken: string }>();
    await ask("POST", "/auth/refresh", { body: { refreshToken: next.refreshToken } });
    await suspendPerson();
    expect((await ask("POST", "/auth/refresh", { body: { refreshToken } })).status).toBe(401);
    await resumePerson();
    expect((await ask("POST", "/auth/refresh", { body: { refreshToken: next.refreshToken } })).status).toBe(401);
  });

  it("stays so when the password is reset", async () => {
    const email = await seedPassword(userId, "an old passphrase of theirs");
    const token = await seedToken({ purpose: "reset-password", subjectId: userId, email });
    await suspendPerson();
    expect((await ask("POST", "/auth/reset-password", { body: { token, password: goodPassword } })).status).toBe(204);
    expect(await hasPassword(userId, goodPassword)).toBe(true);
    expect(await outcomeOf(await ask("POST", "/auth/login", { body: { email, password: goodPassword } }))).toEqual(account);
  });

  it("keeps the address that they had, whatever link was sent before, until they are resumed", async () => {
    const email = `${userId}@example.com`;
    const wanted = `new-${email}`;
    const token = await seedToken({ purpose: "verify-email", subjectId: userId, email: wanted });
    const verify = () => ask("POST", "/auth/verify-email", { body: { token } });
    const addressNow = async () => (await db.query.users.findFirst({ where: eq(users.id, userId) }))?.email;
    await suspendPerson();
    expect(await outcomeOf(await verify())).toEqual(account);
    expect(await addressNow()).toBe(email);
    await resumePerson();
    expect((await verify()).status).toBe(204);
    expect(await addressNow()).toBe(wanted);
  });

  it("has their keys refused in every workspace, and keeps them", async () => {
    const key = await seedKey({ id: workspace.id, userId });
    await suspendPerson();
    expect(await outcomeOf(await call("GET", "/api/v1/audits", { key }))).toEqual(account);
    await resumePerson();
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(200);
  });

  it("leaves the others of the workspace alone, and can be deleted", async () => {
    await suspendPerson();
    expect((await (await signedIn(workspace.userId))("GET", "/api/v1/audits")).status).toBe(200);
    expect((await operator("DELETE", `/api/admin/users/${userId}`)).status).toBe(204);
    expect(await db.$count(users, eq(users.id, userId))).toBe(0);
  });
});

describe("a workspace that is suspended", () => {
  it("is closed to its members, who keep their other ones", async () => {
    const elsewhere = await seedWorkspace();
    const invitation = await seedInvitation(elsewhere, { email: `${userId}@example.com` });
    const { accessToken } = await signInAs(userId);
    const as = (id?: string) => ({ headers: { Authorization: `Bearer ${accessToken}`, ...(id === undefined ? {} : { "X-Workspace": id }) } });
    expect((await call("POST", "/api/v1/auth/accept-invitation", { ...as(), body: { token: invitation.token } })).status).toBe(200);
    await suspendWorkspace();
    expect(await outcomeOf(await call("GET", "/api/v1/audits", as(workspace.id)))).toEqual(place);
    expect(await outcomeOf(await call("GET", "/api/v1/me", as(workspace.id)))).toEqual(place);
    expect((await call("GET", "/api/v1/audits", as(elsewhere.id))).status).toBe(200);
    const me = await (await call("GET", "/api/v1/me", as())).json<{ workspaces: { id: string }[] }>();
    expect(me.workspaces.map(({ id }) => id).sort()).toEqual([workspace.id, elsewhere.id].sort());
    await resumeWorkspace();
    expect((await call("GET", "/api/v1/audits", as(workspace.id))).status).toBe(200);
  });

  it("is the current one of nobody, also of who has no other", async () => {
    await suspendWorkspace();
    const me = await (await (await signedIn(userId))("GET", "/api/v1/me")).json();
    expect(me).toMatchObject({ workspace: null, workspaces: [{ id: workspace.id }] });
  });

  it("takes in nobody who was invited", async () => {
    const { token } = await seedInvitation(workspace);
    await suspendWorkspace();
    for (const body of [{ token }, { token, name: "Grace", password: goodPassword }])
      expect(await outcomeOf(await ask("POST", "name" in body ? "/auth/register" : "/auth/invitation", { body }))).toEqual(place);
    await resumeWorkspace();
    expect((await ask("POST", "/auth/register", { body: { token, name: "Grace", password: goodPassword } })).status).toBe(201);
  });

  it("has its audits cancelled by Mentha itself, with what they found", async () => {
    const queued = await seedAudit(workspace, "queued");
    const running = await seedAudit(workspace, "queued");
    const done = await seedAudit(workspace);
    const ofOthers = await seedAudit(await seedWorkspace(), "queued");
    await db.update(audits).set({ status: "running", startedAt: 1, heartbeatAt: Date.now() }).where(eq(audits.id, running));
    const found = { auditId: running, ordinal: 1, id: newId("finding"), workspaceId: workspace.id, ruleId: "title-missing", ruleVersion: 1 };
    await db.insert(findings).values({ ...found, category: "content", severity: "error", values: "{}", evidence: "[]", evidenceTotal: 0 });
    await suspendWorkspace();
    const statusOf = async (id: string) => (await db.query.audits.findFirst({ where: eq(audits.id, id) }))?.status;
    await vi.waitUntil(async () => (await statusOf(queued)) === "cancelled" && (await statusOf(running)) === "cancelled", { timeout: 10_000 });
    expect(await Promise.all([done, ofOthers].map(statusOf))).toEqual(["completed", "queued"]);
    expect(await db.$count(findings, eq(findings.auditId, running))).toBe(1);
    const entries = await db.query.auditLog.findMany({ where: eq(auditLog.workspaceId, workspace.id) });
    expect(entries.map(({ action, actorKind, userId: by }) => ({ action, actorKind, by }))).toEqual([
      { action: "audit.cancel", actorKind: "system", by: null },
      { action: "audit.cancel", actorKind: "system", by: null },
    ]);
  });

  it("starts no audit that was accepted at the same moment", async () => {
    await suspendWorkspace();
    const auditId = await seedAudit(workspace, "queued");
    const eventId = newId("event");
    await db.insert(events).values({ id: eventId, workspaceId: workspace.id, type: "audit.queued", data: { auditId }, createdAt: Date.now() });
    await env.EVENTS.send({ v: 1, eventId, workspaceId: workspace.id });
    await vi.waitUntil(async () => (await db.query.events.findFirst({ where: eq(events.id, eventId) }))?.handledAt != null, { timeout: 10_000 });
    expect(await db.query.audits.findFirst({ where: eq(audits.id, auditId) })).toMatchObject({ status: "cancelled", startedAt: null });
  });

  it("can be deleted by an operator, who is not in it", async () => {
    await suspendWorkspace();
    expect((await operator("DELETE", `/api/admin/workspaces/${workspace.id}`)).status).toBe(204);
    expect(await db.$count(jobs, eq(jobs.type, "workspace.erase"))).toBeGreaterThan(0);
  });

  it("does not keep an operator from resuming it who is in no other", async () => {
    const own = await seedWorkspace({ isOperator: true });
    const self = await signedIn(own.userId);
    expect((await self("POST", `/api/admin/workspaces/${own.id}/suspend`)).status).toBe(204);
    const refused = await self("GET", "/api/v1/audits");
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("POST /api/admin/workspaces/{id}/resume")]);
    expect((await self("POST", `/api/admin/workspaces/${own.id}/resume`)).status).toBe(204);
    expect((await self("GET", "/api/v1/audits")).status).toBe(200);
  });
});
