import { env } from "cloudflare:workers";
import { asc, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { apiKeys, auditLog, members, sessions, users, workspaces } from "../../../../shared/db/schema/index.ts";
import {
  acceptInvitation,
  changeEmail,
  changePassword,
  changeRole,
  createWorkspace,
  endSession,
  forgotPassword,
  invite,
  previewInvitation,
  refreshSession,
  register,
  removeMember,
  resendInvitation,
  resetPassword,
  revokeInvitation,
  sendVerification,
  setUp,
  signIn,
  signOutEverywhere,
  signOutUser,
  updateMe,
  updateWorkspace,
  verifyEmail,
} from "../../../../shared/identity/index.ts";
import { type Context, minuteMs, newId, type PersonContext, Secret, type VisitorContext } from "../../../../shared/platform/index.ts";
import { goodPassword, readUser, seedInvitation, seedToken } from "../../../helpers/worker/accounts.ts";
import { contextOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, seedPassword, signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

// What each verb about people and workspaces tells the audit log, and that it tells nothing when nothing changed.

const db = directoryDatabase(env);
const password = "three brown chairs";
const client = { ip: "203.0.113.5", userAgent: "test" };

let workspace: SeededWorkspace;
let ctx: Context;
beforeEach(async () => {
  workspace = await seedWorkspace({ isOperator: true });
  ctx = { ...contextOf(env, workspace), client };
});

/** A member with a password, as who they sign in and as whom they ask. */
async function seedPerson(ofWorkspace = workspace): Promise<PersonContext & { readonly email: string }> {
  const userId = await seedMember(ofWorkspace, { role: "dev" });
  const email = await seedPassword(userId, password);
  const { sessionId } = await signInAs(userId);
  return { ...visitor(), userId, sessionId, email };
}

const visitor = (overrides: Partial<VisitorContext> = {}): VisitorContext =>
  visitorOfTest({ client: { ...client, ip: `198.51.100.${++places % 250}` }, ...overrides });
let places = 0;

type Asking = Pick<VisitorContext, "requestId">;

/** What the log tells of a request, oldest first. */
const entriesOf = ({ requestId }: Asking) => db.select().from(auditLog).where(eq(auditLog.requestId, requestId)).orderBy(asc(auditLog.seq));

/** The same without what differs each time. */
async function told(asking: Asking) {
  const entries = await entriesOf(asking);
  return entries.map(({ action, workspaceId, targetId, aboutUserId, userId, details }) => ({ action, workspaceId, targetId, aboutUserId, userId, details }));
}

// Hashes take their time, most of all when other tests run too.
const slow = { timeout: 60_000 };

describe("the log of the workspace", slow, () => {
  const entry = (of: object) => ({ workspaceId: workspace.id, aboutUserId: null, userId: workspace.userId, details: null, ...of });

  it("tells of a changed role, and nothing of one that is the same", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    await changeRole(ctx, userId, { role: "qa" });
    await changeRole(ctx, userId, { role: "qa" });
    const details = { before: { role: "dev" }, after: { role: "qa" } };
    expect(await told(ctx)).toEqual([entry({ action: "member.change-role", targetId: userId, aboutUserId: userId, details })]);
  });

  it("tells of a removed member, and of each key that worked until then", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    const maker = { id: workspace.id, userId };
    await seedKey(maker, { limits: { lists: 5 } });
    await seedKey(maker, { expiresAt: Date.now() - minuteMs });
    await seedKey(maker, { revokedAt: Date.now() - minuteMs });
    await seedKey(workspace);
    await removeMember(ctx, userId);
    const [key] = await db.select().from(apiKeys).where(eq(apiKeys.createdBy, userId)).orderBy(asc(apiKeys.id));
    const before = { name: key?.name, scopes: key?.scopes, expiresAt: null, allowedIps: [], limits: { lists: 5 } };
    expect(key?.version).toBe(2);
    expect(await told(ctx)).toEqual([
      entry({ action: "member.remove", targetId: userId, aboutUserId: userId, details: { before: { role: "dev" } } }),
      entry({ action: "key.revoke", targetId: key?.prefix, aboutUserId: userId, details: { before } }),
    ]);
  });

  it("tells of nothing when the last admin stays", async () => {
    await expect(changeRole(ctx, workspace.userId, { role: "dev" })).rejects.toMatchObject({ code: "conflict" });
    await expect(removeMember(ctx, workspace.userId)).rejects.toMatchObject({ code: "conflict" });
    expect(await told(ctx)).toEqual([]);
  });

  it("tells of an invitation that is made, sent again and revoked, once each", async () => {
    const { id, email } = await invite(ctx, { email: `${newId("user")}@example.com`, role: "qa" });
    const { expiresAt } = await resendInvitation(ctx, id);
    await revokeInvitation(ctx, id);
    await expect(revokeInvitation(ctx, id)).rejects.toMatchObject({ code: "conflict" });
    await expect(resendInvitation(ctx, id)).rejects.toMatchObject({ code: "conflict" });
    expect(await told(ctx)).toEqual([
      entry({ action: "invitation.create", targetId: id, details: { after: { email, role: "qa" } } }),
      entry({ action: "invitation.resend", targetId: id, details: { after: { expiresAt } } }),
      entry({ action: "invitation.revoke", targetId: id, details: { before: { status: "open" }, after: { status: "revoked" } } }),
    ]);
  });

  it("tells of one invitation when two are made at once", async () => {
    const input = { email: `${newId("user")}@example.com`, role: "qa" } as const;
    const outcomes = await Promise.allSettled([invite(ctx, input), invite(ctx, input)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await told(ctx)).map(({ action }) => action)).toEqual(["invitation.create"]);
  });

  it("tells who accepted an invitation, in the workspace that they came to", async () => {
    const person = await seedPerson(await seedWorkspace());
    const { id, token } = await seedInvitation(workspace, { email: person.email });
    await previewInvitation(person, { token });
    await acceptInvitation(person, { token });
    await expect(acceptInvitation(person, { token })).rejects.toMatchObject({ code: "gone" });
    const { userId } = person;
    const details = { after: { userId, role: "qa" } };
    expect(await told(person)).toEqual([entry({ action: "invitation.accept", targetId: id, aboutUserId: userId, userId, details })]);
  });

  it("tells of each setting that has another value, and of none that has the same", async () => {
    const { version } = await updateWorkspace(ctx, { name: "Shop", timeZone: "UTC", auditRetentionDays: 30 });
    await updateWorkspace(ctx, { name: "Shop", auditRetentionDays: 30 });
    await updateWorkspace(ctx, {});
    const details = { before: { name: "Test", auditRetentionDays: null }, after: { name: "Shop", auditRetentionDays: 30 } };
    expect(await told(ctx)).toEqual([entry({ action: "workspace.update", targetId: workspace.id, details })]);
    expect(version).toBe(2);
  });

  it("begins with who made the workspace", async () => {
    const made = await createWorkspace(ctx, { name: "Second", language: "es", timeZone: "Europe/Madrid" });
    const details = { after: { name: "Second", language: "es", timeZone: "Europe/Madrid" } };
    expect(await told(ctx)).toEqual([entry({ action: "workspace.create", workspaceId: made.id, targetId: made.id, details })]);
  });
});

describe("the log of the installation", slow, () => {
  /** An entry about somebody, by themselves unless told otherwise. */
  const about = (userId: string, of: object) => ({ workspaceId: installationId, targetId: userId, aboutUserId: userId, userId, details: null, ...of });

  it("tells of a sign-in, and nothing of one that failed", async () => {
    const { userId, email } = await seedPerson();
    const asking = visitor();
    const { tokens } = await signIn(asking, { email, password });
    const failing = visitor();
    await expect(signIn(failing, { email, password: "not their password" })).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await told(asking)).toEqual([about(userId, { action: "session.start", targetId: tokens.sessionId })]);
    expect(await told(failing)).toEqual([]);
  });

  it("tells of a session that is ended, once, though two requests end it at the same time", async () => {
    const person = await seedPerson();
    const outcomes = await Promise.allSettled([endSession(person, person.sessionId), endSession(person, person.sessionId)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await told(person)).toEqual([about(person.userId, { action: "session.end", targetId: person.sessionId })]);
    expect(await entriesOf(person)).toMatchObject([{ actorKind: "session", actorId: person.sessionId, client: person.client }]);
  });

  it("tells once of a refresh token that was used twice, however many present it then", async () => {
    const { userId } = await seedPerson();
    const { sessionId, refreshToken } = await signInAs(userId);
    const { refreshToken: next } = await refreshSession(visitor(), refreshToken);
    await refreshSession(visitor(), next);
    const asking = visitor();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => refreshSession(asking, refreshToken)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: { code: "unauthenticated" } });
    expect(await told(asking)).toEqual([about(userId, { action: "session.reuse", targetId: sessionId, userId: null })]);
    expect(await db.query.sessions.findFirst({ where: eq(sessions.id, sessionId) })).toMatchObject({ revokedFor: "token-reuse" });
  });

  it("tells of somebody who signs out everywhere, and of an operator who signs them out", async () => {
    const person = await seedPerson();
    await signOutEverywhere(person);
    await signOutUser(ctx, person.userId);
    await expect(signOutUser(ctx, newId("user"))).rejects.toMatchObject({ code: "not_found" });
    expect(await told(person)).toEqual([about(person.userId, { action: "user.sign-out" })]);
    expect(await told(ctx)).toEqual([about(person.userId, { action: "user.sign-out", userId: workspace.userId })]);
  });

  it("tells of a name or language that is another now, and nothing of one that is the same", async () => {
    const person = await seedPerson();
    await updateMe(person, { name: "Grace", language: null });
    await updateMe(person, { name: "Grace" });
    await updateMe(person, { language: "es" });
    expect(await told(person)).toEqual([
      about(person.userId, { action: "user.update", details: { before: { name: "" }, after: { name: "Grace" } } }),
      about(person.userId, { action: "user.update", details: { before: { language: null }, after: { language: "es" } } }),
    ]);
  });

  it("tells of a changed password, and nothing of a wrong one", async () => {
    const person = await seedPerson();
    await changePassword(person, { currentPassword: password, newPassword: goodPassword });
    await expect(changePassword(person, { currentPassword: password, newPassword: goodPassword })).rejects.toMatchObject({ code: "invalid" });
    expect(await told(person)).toEqual([about(person.userId, { action: "user.change-password" })]);
  });

  it("tells of a password that is set with a link", async () => {
    const { userId, email } = await seedPerson();
    const token = await seedToken({ purpose: "reset-password", subjectId: userId, email });
    const asking = visitor();
    await resetPassword(asking, { token, password: goodPassword });
    await expect(resetPassword(asking, { token, password: goodPassword })).rejects.toMatchObject({ code: "gone" });
    expect(await told(asking)).toEqual([about(userId, { action: "user.reset-password" })]);
  });

  it("tells of an address that is asked for, and of one that is proven", async () => {
    const person = await seedPerson();
    const wanted = `${newId("user")}@example.com`;
    await sendVerification(person);
    await changeEmail(person, { email: wanted, password });
    expect(await told(person)).toEqual([
      about(person.userId, { action: "user.send-verification" }),
      about(person.userId, { action: "user.change-email", details: { after: { emailAskedFor: wanted } } }),
    ]);
    const asking = visitor();
    await verifyEmail(asking, { token: await seedToken({ purpose: "verify-email", subjectId: person.userId, email: wanted }) });
    const details = { before: { email: person.email, emailVerified: false }, after: { email: wanted, emailVerified: true } };
    expect(await told(asking)).toEqual([about(person.userId, { action: "user.verify-email", details })]);
  });

  it("tells of an account that an invitation made, and the workspace's log of the membership", async () => {
    const { id, email, token } = await seedInvitation(workspace);
    const asking = visitor();
    const { user, tokens } = await register(asking, { token, name: "Grace", password: goodPassword });
    const account = { email, name: "Grace", language: null };
    expect(await told(asking)).toEqual([
      about(user.id, { action: "user.register", details: { after: account } }),
      about(user.id, { action: "invitation.accept", workspaceId: workspace.id, targetId: id, details: { after: { userId: user.id, role: "qa" } } }),
      about(user.id, { action: "session.start", targetId: tokens.sessionId }),
    ]);
  });

  it("begins with the first operator, and the first workspace's log with it", async () => {
    await db.update(users).set({ isOperator: false });
    const token = "0123456789abcdef0123456789abcdef";
    const asking = visitor({ setupToken: new Secret(token) });
    const { user, tokens } = await setUp(asking, { token, email: "first@example.com", name: "First", password: goodPassword, workspace: "Shop" });
    const [made] = await db
      .select({ id: workspaces.id })
      .from(workspaces)
      .innerJoin(members, eq(members.workspaceId, workspaces.id))
      .where(eq(members.userId, user.id));
    expect(await told(asking)).toEqual([
      about(user.id, { action: "user.set-up", details: { after: { email: "first@example.com", name: "First", isOperator: true } } }),
      { action: "workspace.create", workspaceId: made?.id, targetId: made?.id, aboutUserId: null, userId: user.id, details: { after: { name: "Shop" } } },
      about(user.id, { action: "session.start", targetId: tokens.sessionId }),
    ]);
  });

  it("tells of every wish for a new password, of an address that nobody has as well, and of no address", async () => {
    const { userId, email } = await seedPerson();
    const [known, unknown] = [visitor(), visitor()];
    await forgotPassword(known, { email });
    await forgotPassword(unknown, { email: `nobody-${newId("user")}@example.com` });
    expect(await told(known)).toEqual([about(userId, { action: "user.forgot-password", userId: null })]);
    expect(await told(unknown)).toEqual([
      { action: "user.forgot-password", workspaceId: installationId, targetId: "nobody", aboutUserId: null, userId: null, details: null },
    ]);
    expect(JSON.stringify([await entriesOf(known), await entriesOf(unknown)])).not.toContain("@example.com");
  });
});

describe("an entry", slow, () => {
  it("is not there when its change is not, since both are one batch", async () => {
    const person = await seedPerson();
    const failing = { ...person, directory: failingAtCommit() };
    await expect(updateMe(failing, { name: "Grace" })).rejects.toMatchObject({ code: "unavailable" });
    await expect(updateWorkspace({ ...ctx, directory: failingAtCommit() }, { name: "Shop" })).rejects.toMatchObject({ code: "unavailable" });
    expect([await told(person), await told(ctx)]).toEqual([[], []]);
    expect([(await readUser(person.userId)).name, await nameOf(workspace)]).toEqual(["", "Test"]);
  });
});

const nameOf = async ({ id }: SeededWorkspace) => (await db.query.workspaces.findFirst({ where: eq(workspaces.id, id) }))?.name;

/** The database, in which every batch has one statement too many, which fails. */
function failingAtCommit(): Database {
  return new Proxy(db, {
    get: (target, name) =>
      name === "batch"
        ? ([first, ...rest]: Parameters<Database["batch"]>[0]) => target.batch([first, ...rest, target.run("select * from no_such_table")])
        : Reflect.get(target, name),
  });
}
