import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { invitations, members, users } from "../../../../shared/db/schema/index.ts";
import { acceptInvitation, InvitationPreview, Membership, SignedIn } from "../../../../shared/identity/index.ts";
import { ask, goodPassword, hasPassword, readUser, seedInvitation, seedToken } from "../../../helpers/worker/accounts.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

const directory = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});

const preview = (token: string) => ask("POST", "/auth/invitation", { body: { token } });
const register = (token: string, more: object = {}) => ask("POST", "/auth/register", { body: { token, name: "Ada", password: goodPassword, ...more } });
const accept = (as: string, token: string) => ask("POST", "/auth/accept-invitation", { token: as, body: { token } });
const usersWith = (email: string) => directory.select().from(users).where(eq(users.email, email));
const membershipOf = (userId: string, workspaceId: string) =>
  directory.query.members.findFirst({ where: and(eq(members.userId, userId), eq(members.workspaceId, workspaceId)) });

/** Somebody who has an account and no membership here. */
async function seedStranger() {
  const { userId } = await seedWorkspace();
  return { userId, email: `${userId}@example.com`, token: (await signInAs(userId)).accessToken };
}

// Hashes take their time, most of all when other tests run too.
const slow = { timeout: 60_000 };

describe("an invitation", () => {
  it("says what it is for, without being used up", async () => {
    await directory.update(users).set({ name: "Grace" }).where(eq(users.id, workspace.userId));
    const { email, token } = await seedInvitation(workspace, { role: "manager" });
    for (let i = 0; i < 2; i++) {
      const answer = await preview(token);
      expect(answer.status).toBe(200);
      expect(InvitationPreview.strict().parse(await answer.json())).toEqual({
        workspace: { name: "Test" },
        email,
        role: "manager",
        invitedBy: "Grace",
        expiresAt: expect.any(Number),
        hasAccount: false,
      });
    }
  });

  it("says who invited by their address while they have no name, and that the address has an account", async () => {
    const { id, userId } = await seedWorkspace();
    const { email } = await seedStranger();
    const { token } = await seedInvitation({ id, userId }, { email });
    expect(await (await preview(token)).json()).toMatchObject({ invitedBy: `${userId}@example.com`, hasAccount: true });
  });

  const uses = {
    reading: (token: string) => preview(token),
    registering: (token: string) => register(token),
    accepting: async (token: string) => accept((await signInAs(workspace.userId)).accessToken, token),
  };
  it.each(Object.entries(uses))("is gone for %s, in the same words whatever is wrong with it", async (_, use) => {
    const open = await seedInvitation(workspace);
    const about = { subjectId: open.id, email: open.email };
    const tokens = [
      "nothing",
      "c".repeat(43),
      (await seedInvitation(workspace, { revokedAt: Date.now() })).token,
      (await seedInvitation(workspace, { acceptedAt: Date.now() })).token,
      (await seedInvitation(workspace, { expiresAt: Date.now() - 1 })).token,
      await seedToken({ ...about, purpose: "accept-invitation", lifeMs: -1 }),
      await seedToken({ ...about, purpose: "accept-invitation", email: "somebody-else@example.com" }),
      await seedToken({ purpose: "reset-password", subjectId: workspace.userId, email: `${workspace.userId}@example.com` }),
      await seedToken({ ...about, purpose: "verify-email" }),
    ];
    const said = new Set<string>();
    for (const token of tokens) {
      const answer = await use(token);
      expect(answer.status).toBe(410);
      said.add((await answer.json<{ detail: string }>()).detail);
    }
    expect(said.size).toBe(1);
    expect(await usersWith(open.email)).toEqual([]);
  });
});

describe("registering", slow, () => {
  it("makes the account and the membership that were invited, and signs in", async () => {
    const { id, email, token } = await seedInvitation(workspace, { role: "dev" });
    const answer = await register(token, { name: " Ada Lovelace ", language: "es" });
    expect(answer.status).toBe(201);
    const { accessToken, refreshToken, user } = SignedIn.strict().parse(await answer.json());
    expect(user).toEqual({ id: expect.any(String), email, name: "Ada Lovelace" });

    expect(await (await ask("GET", "/me", { token: accessToken })).json()).toMatchObject({
      user: { email, name: "Ada Lovelace", language: "es", emailVerified: true, isOperator: false },
      workspace: { id: workspace.id, role: "dev" },
    });
    expect((await ask("POST", "/auth/refresh", { body: { refreshToken } })).status).toBe(200);
    expect(await hasPassword(user.id, goodPassword)).toBe(true);
    expect(await directory.query.invitations.findFirst({ where: eq(invitations.id, id) })).toMatchObject({ acceptedAt: expect.any(Number) });
  });

  it("keeps the refresh token in a cookie for a page", async () => {
    const { token } = await seedInvitation(workspace);
    const answer = await register(token, { cookie: true });
    expect(SignedIn.strict().parse(await answer.json()).refreshToken).toBeUndefined();
    expect(answer.headers.get("Set-Cookie")).toMatch(/HttpOnly/);
  });

  it.each([{ role: "admin" }, { email: "mallory@example.com" }, { workspaceId: "wsp_00000000000000000000000000" }, { isOperator: true }])(
    "leaves nothing else to choose: %j",
    async (more) => {
      const { email, token } = await seedInvitation(workspace);
      const answer = await register(token, more);
      expect(answer.status).toBe(422);
      expect(await usersWith(email)).toEqual([]);
    },
  );

  it("names a password that will not do, and leaves the invitation open", async () => {
    const { email, token } = await seedInvitation(workspace);
    for (const password of ["short", email]) {
      const answer = await register(token, { password });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ errors: [{ path: "body.password" }] });
    }
    expect((await register(token)).status).toBe(201);
  });

  it("works once", async () => {
    const { email, token } = await seedInvitation(workspace);
    expect((await register(token)).status).toBe(201);
    expect((await register(token)).status).toBe(410);
    expect(await usersWith(email)).toHaveLength(1);
  });

  it("works once for twenty who use the token at the same time", async () => {
    const { email, token } = await seedInvitation(workspace);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => register(token, { name: `Ada ${i}` })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    // Some are told that too many passwords wait to be hashed.
    expect(statuses.filter((status) => ![201, 410, 429].includes(status))).toEqual([]);
    const made = await usersWith(email);
    expect(made.map(({ name }) => name)).toEqual([`Ada ${statuses.indexOf(201)}`]);
    expect(
      await directory
        .select()
        .from(members)
        .where(eq(members.userId, made[0]?.id ?? "")),
    ).toHaveLength(1);
  });

  it("makes one account of two invitations of one address, and keeps the other open", async () => {
    const elsewhere = await seedWorkspace();
    const first = await seedInvitation(workspace);
    const second = await seedInvitation(elsewhere, { email: first.email });
    const answers = await Promise.all([register(first.token), register(second.token)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    const [winner, left] = answers[0]?.status === 201 ? [answers[0], second] : [answers[1], first];
    const { accessToken } = SignedIn.parse(await winner?.json());
    expect((await accept(accessToken, left.token)).status).toBe(200);
  });

  it("sends somebody who has an account to the sign-in, and leaves the invitation open", async () => {
    const stranger = await seedStranger();
    const { token } = await seedInvitation(workspace, { email: stranger.email });
    const answer = await register(token);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("Sign in") });
    expect((await accept(stranger.token, token)).status).toBe(200);
  });
});

describe("accepting an invitation", slow, () => {
  it("adds the person to the workspace and proves their address", async () => {
    const { userId, email, token: as } = await seedStranger();
    const { id, token } = await seedInvitation(workspace, { email, role: "manager" });
    const answer = await accept(as, token);
    expect(answer.status).toBe(200);
    expect(Membership.strict().parse(await answer.json())).toEqual({ id: workspace.id, name: "Test", role: "manager" });
    expect(await membershipOf(userId, workspace.id)).toMatchObject({ role: "manager" });
    expect((await readUser(userId)).emailVerifiedAt).toEqual(expect.any(Number));
    expect(await directory.query.invitations.findFirst({ where: eq(invitations.id, id) })).toMatchObject({ acceptedAt: expect.any(Number) });
  });

  it("is refused to somebody with another address", async () => {
    const { userId, token: as } = await seedStranger();
    const { token, email } = await seedInvitation(workspace);
    const answer = await accept(as, token);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("another e-mail address") });
    expect(await membershipOf(userId, workspace.id)).toBeUndefined();
    expect((await readUser(userId)).emailVerifiedAt).toBeNull();
    expect((await register(token)).status).toBe(201);
    expect(await usersWith(email)).toHaveLength(1);
  });

  it("happens once for twenty requests at the same time", async () => {
    const { userId, email } = await seedStranger();
    const { token } = await seedInvitation(workspace, { email });
    const { sessionId } = await signInAs(userId);
    // Below the limits of the edge, which would let ten through.
    const acceptFrom = (i: number) =>
      acceptInvitation({ ...visitorOfTest({ client: { ip: `203.0.113.${i}`, userAgent: null } }), userId, sessionId }, { token });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => acceptFrom(i)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.status === "rejected" && outcome.reason.code === "gone")).toHaveLength(19);
    expect(await membershipOf(userId, workspace.id)).toBeDefined();
  });

  it("loses against a revocation", async () => {
    const { userId, email, token: as } = await seedStranger();
    const { id, token } = await seedInvitation(workspace, { email });
    const revoked = directory.update(invitations).set({ revokedAt: Date.now() }).where(eq(invitations.id, id));
    const [answer] = await Promise.all([accept(as, token), revoked]);
    const isMember = (await membershipOf(userId, workspace.id)) !== undefined;
    expect([200, 410]).toContain(answer.status);
    expect(isMember).toBe(answer.status === 200);
  });

  it("tells a member that they are one, and leaves their role", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    const { token } = await seedInvitation(workspace, { email: `${userId}@example.com`, role: "admin" });
    expect((await accept((await signInAs(userId)).accessToken, token)).status).toBe(409);
    expect(await membershipOf(userId, workspace.id)).toMatchObject({ role: "dev" });
  });
});
