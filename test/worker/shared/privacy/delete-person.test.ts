import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, invitations, members, users } from "../../../../shared/db/schema/index.ts";
import { AppError, newId } from "../../../../shared/platform/index.ts";
import { deleteUser } from "../../../../shared/privacy/index.ts";
import { ask, goodPassword, seedInvitation, triesOf } from "../../../helpers/worker/accounts.ts";
import { call, contextOf, outcomeOf, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { fillPerson, fillWorkspace, placesWithoutPerson, seedAdmin, untilErased } from "../../../helpers/worker/erasures.ts";
import { everything, placesOf } from "../../../helpers/worker/everything.ts";
import { always, injectFaults, oftenAtFirst, once, release, stopFaults, untilHeld } from "../../../helpers/worker/faults.ts";
import { seedMember, seedPassword, signedIn } from "../../../helpers/worker/people.ts";

afterEach(() => void stopFaults());

const db = directoryDatabase(env);

/** Somebody with canaries in every place where there can be something of a person, in a workspace of others. */
async function filledPerson(canary: string) {
  const workspace = await seedWorkspace();
  const userId = await seedMember(workspace, { role: "dev" });
  await seedPassword(userId, goodPassword);
  const key = await seedKey({ id: workspace.id, userId });
  await fillPerson(userId, canary, workspace);
  const erase = async () => (await signedIn(userId))("DELETE", "/api/v1/me", { password: goodPassword });
  return { userId, workspace, key, erase, email: `${canary}@example.com` };
}

describe("deleting one's account", () => {
  it("leaves nothing of the person anywhere, and everything of others", async () => {
    const own = await filledPerson("canaryusr1");
    await filledPerson("canaryusr2");
    await fillWorkspace(own.workspace, "canarywsp");
    // Objects of the person and of the key come to be.
    await call("GET", "/api/v1/audits", { key: own.key });
    await ask("POST", "/auth/login", { body: { email: own.email, password: "a wrong password" } });
    expect(await triesOf("signInAddress", own.email)).toBe(1);
    // There is something to erase wherever there can be: what the erasure forgets would be found below.
    expect(await placesWithoutPerson(own.userId, "canaryusr1")).toEqual([]);
    expect(await placesOf("canaryusr1")).toContain("OnlineUsers topic_key");
    expect(await placesOf(own.userId)).toEqual(expect.arrayContaining(["OnlineUsers leaving", "OnlineUsers topic_message"]));
    const ofOthers = async () => (await everything()).filter(({ text }) => text.includes("canaryusr2") || text.includes("canarywsp"));
    const before = await ofOthers();

    expect((await own.erase()).status).toBe(204);
    await untilErased();

    expect(await placesOf("canaryusr1")).toEqual([]);
    expect(await triesOf("signInAddress", own.email)).toBe(0);
    // What was done stays, under an id that leads to nobody; the second look of the erasure knows nothing else of them.
    const kept = [
      "audit_log",
      "audits",
      "broadcasts",
      "events",
      "mutes",
      "notifications",
      "reports",
      "schedules",
      "usage",
      "webhook_attempts",
      "webhook_deliveries",
      "webhooks",
    ];
    expect(await placesOf(own.userId)).toEqual(kept);
    expect(await ofOthers()).toEqual(before);
    expect(before.length).toBeGreaterThan(30);
    const told = await db.query.auditLog.findMany({
      where: eq(auditLog.targetId, own.userId),
      columns: { action: true, workspaceId: true, client: true, details: true },
    });
    expect(told).toEqual(
      expect.arrayContaining([
        { action: "member.remove", workspaceId: own.workspace.id, client: null, details: null },
        { action: "user.delete", workspaceId: "installation", client: null, details: null },
      ]),
    );
    const entries = await db.query.auditLog.findMany({ where: eq(auditLog.userId, own.userId) });
    expect(entries.every(({ client, clientSalt }) => client === null && clientSalt === null)).toBe(true);
    expect(entries.every(({ clientDigest }) => clientDigest !== null)).toBe(true);
  }, 60_000);

  it("ends everything at once", async () => {
    const own = await filledPerson("canaryonce");
    const session = await signedIn(own.userId);
    const sent = await seedInvitation({ id: own.workspace.id, userId: own.userId });
    const got = await seedInvitation(own.workspace, { email: own.email });
    injectFaults(always("work", "lose"));
    expect((await own.erase()).status).toBe(204);
    expect((await session("GET", "/api/v1/me")).status).toBe(401);
    expect((await call("GET", "/api/v1/audits", { key: own.key })).status).toBe(401);
    expect((await ask("POST", "/auth/login", { body: { email: own.email, password: goodPassword } })).status).toBe(401);
    for (const { token } of [sent, got]) expect((await ask("POST", "/auth/invitation", { body: { token } })).status).toBe(410);
    expect(await db.$count(members, eq(members.userId, own.userId))).toBe(0);
  });

  it("forgets addresses that the account had before, but not what another has by now", async () => {
    const own = await filledPerson("canarynow");
    const told = (from: string) => ({
      id: newId("logEntry"),
      workspaceId: "installation",
      at: 1,
      action: "user.verify-email",
      actorKind: "visitor" as const,
      targetKind: "user",
      targetId: own.userId,
      requestId: "r",
      aboutUserId: own.userId,
      details: { before: { email: from }, after: { email: own.email } },
    });
    const taken = `${await seedMember(own.workspace, { role: "qa" })}@example.com`;
    await db.insert(auditLog).values([told("canaryold@example.com"), told(taken)]);
    await seedInvitation(own.workspace, { email: "canaryold@example.com", acceptedAt: 1 });
    await seedInvitation(own.workspace, { email: taken, acceptedAt: 1 });
    expect((await own.erase()).status).toBe(204);
    await untilErased();
    // A token of an invitation ends by itself; everything else is gone.
    expect(await placesOf("canaryold")).toEqual([]);
    expect(await db.$count(invitations, eq(invitations.email, taken))).toBe(1);
  }, 60_000);

  it("is refused with another password, and to an API key, and nothing happens", async () => {
    const own = await filledPerson("canarykept");
    const before = (await everything()).filter(({ text }) => text.includes("canarykept"));
    const wrong = await (await signedIn(own.userId))("DELETE", "/api/v1/me", { password: "not this one, I think" });
    expect(await outcomeOf(wrong)).toMatchObject({ status: 422, detail: expect.stringContaining("not your password") });
    expect((await call("DELETE", "/api/v1/me", { key: own.key, body: { password: goodPassword } })).status).toBe(403);
    expect((await everything()).filter(({ text }) => text.includes("canarykept"))).toEqual(before);
  });

  it("is refused to the last admin of a workspace, which it names, until there is another", async () => {
    const { id, userId } = await seedWorkspace();
    await seedPassword(userId, goodPassword);
    const erase = async () => (await signedIn(userId))("DELETE", "/api/v1/me", { password: goodPassword });
    expect(await outcomeOf(await erase())).toMatchObject({ status: 409, detail: expect.stringContaining(`Test (${id})`) });
    expect(await db.$count(users, eq(users.id, userId))).toBe(1);
    await seedAdmin({ id });
    expect((await erase()).status).toBe(204);
  });

  it("is refused where the only other admin is suspended", async () => {
    const workspace = await seedWorkspace();
    await seedPassword(workspace.userId, goodPassword);
    const other = await seedAdmin(workspace);
    await db.update(users).set({ suspendedAt: Date.now() }).where(eq(users.id, other));
    const erase = async () => (await signedIn(workspace.userId))("DELETE", "/api/v1/me", { password: goodPassword });
    expect(await outcomeOf(await erase())).toMatchObject({ status: 409, detail: expect.stringContaining(`Test (${workspace.id})`) });
    expect(await db.$count(users, eq(users.id, workspace.userId))).toBe(1);
    await db.update(users).set({ suspendedAt: null }).where(eq(users.id, other));
    expect((await erase()).status).toBe(204);
  });

  it("leaves one admin when the last two go at once", async () => {
    const workspace = await seedWorkspace();
    const erase = async (userId: string) => {
      await seedPassword(userId, goodPassword);
      return (await signedIn(userId))("DELETE", "/api/v1/me", { password: goodPassword });
    };
    const another = await seedAdmin(workspace);
    // The first has looked, and found the second.
    injectFaults(once("d1", "hold-before", { text: 'delete from "users"' }));
    const first = erase(workspace.userId);
    await untilHeld();
    expect((await erase(another)).status).toBe(204);
    release();
    expect(await outcomeOf(await first)).toMatchObject({ status: 409, detail: expect.stringContaining(workspace.id) });
    expect(await db.$count(members, eq(members.workspaceId, workspace.id))).toBe(1);
  });

  it.each(["fail-before", "fail-after"] as const)(
    "comes to its end although it is cut off at one point after the other: %s",
    async (fault) => {
      const own = await filledPerson(`canary${fault}`);
      expect((await own.erase()).status).toBe(204);
      injectFaults(oftenAtFirst("d1", fault, "delete from"));
      await untilErased();
      expect(stopFaults().length).toBeGreaterThan(3);
      expect(await placesOf(`canary${fault}`)).toEqual([]);
    },
    60_000,
  );

  it("leaves somebody alone who gets the address a moment later", async () => {
    const own = await filledPerson("canaryagain");
    injectFaults(always("work", "lose"));
    expect((await own.erase()).status).toBe(204);
    stopFaults();
    const { id } = await seedInvitation(own.workspace, { email: own.email });
    await untilErased();
    expect(await db.$count(invitations, eq(invitations.id, id))).toBe(1);
    expect(await placesOf("canaryagain")).toEqual(["invitations", "one_time_tokens"]);
  }, 60_000);
});

describe("deleting somebody's account", () => {
  it("is for operators", async () => {
    const operator = await seedWorkspace({ isOperator: true });
    const own = await filledPerson("canaryasked");
    const key = await seedKey(operator);
    expect((await call("DELETE", `/api/admin/users/${own.userId}`, { key })).status).toBe(204);
    expect((await call("DELETE", `/api/admin/users/${own.userId}`, { key })).status).toBe(404);
    await untilErased();
    expect(await placesOf("canaryasked")).toEqual([]);
  }, 60_000);

  it.each([
    { outcome: "their own", code: "conflict", whom: "self" },
    { outcome: "the last admin's", code: "conflict", whom: "admin" },
    { outcome: "nobody's", code: "not_found", whom: "nobody" },
  ] as const)("is refused for $outcome", async ({ whom, code }) => {
    const operator = await seedWorkspace({ isOperator: true });
    const ids = { self: operator.userId, admin: (await seedWorkspace()).userId, nobody: newId("user") };
    const refused = await deleteUser(contextOf(env, operator), ids[whom]).catch((error: unknown) => AppError.from(error).code);
    expect(refused).toBe(code);
  });
});
