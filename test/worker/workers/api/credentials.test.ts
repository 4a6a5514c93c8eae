import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { attempts, sessions, users } from "../../../../shared/db/schema/index.ts";
import { ask, goodPassword, hasPassword, queuedMails, readUser, seedToken, seedWait, triesOf } from "../../../helpers/worker/accounts.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, seedPassword, signInAs } from "../../../helpers/worker/people.ts";

const directory = directoryDatabase(env);
const oldPassword = "four yellow doors";
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});

/** Somebody who signed in and has a password. */
async function seedPerson() {
  const userId = await seedMember(workspace, { role: "qa" });
  await seedPassword(userId, oldPassword);
  const { email } = await readUser(userId);
  const session = await signInAs(userId);
  return { userId, email, session, token: session.accessToken };
}

const changePassword = (token: string, currentPassword: string, newPassword = goodPassword) =>
  ask("POST", "/auth/change-password", { token, body: { currentPassword, newPassword } });
const changeEmail = (token: string, email: string, password = oldPassword) => ask("POST", "/auth/change-email", { token, body: { email, password } });
const verify = (token: string) => ask("POST", "/auth/verify-email", { body: { token } });

// Hashes take their time, most of all when other tests run too.
const slow = { timeout: 60_000 };

describe("changing the password", slow, () => {
  it("ends all other sessions and links, keeps this session, and tells the person", async () => {
    const { userId, email, token } = await seedPerson();
    const elsewhere = await signInAs(userId);
    const links = [
      await seedToken({ purpose: "reset-password", subjectId: userId, email }),
      await seedToken({ purpose: "verify-email", subjectId: userId, email: "elsewhere@example.com" }),
    ];

    expect((await changePassword(token, oldPassword)).status).toBe(204);

    expect(await hasPassword(userId, goodPassword)).toBe(true);
    expect((await ask("GET", "/me", { token })).status).toBe(200);
    expect((await ask("GET", "/me", { token: elsewhere.accessToken })).status).toBe(401);
    expect(await directory.query.sessions.findFirst({ where: eq(sessions.id, elsewhere.sessionId) })).toMatchObject({ revokedFor: "password-changed" });
    expect(await queuedMails()).toContainEqual({ kind: "password-changed", userId });
    expect((await ask("POST", "/auth/reset-password", { body: { token: links[0], password: goodPassword } })).status).toBe(410);
    expect((await verify(links[1] ?? "")).status).toBe(410);
  });

  it("counts wrong passwords together with those at the sign-in, and asks nobody who must wait", async () => {
    const { userId, email, token } = await seedPerson();
    expect((await changePassword(token, "wrong")).status).toBe(422);
    expect(await triesOf("signInAddress", email)).toBe(1);
    expect((await changePassword(token, oldPassword, "short")).status).toBe(422);
    expect(await triesOf("signInAddress", email)).toBe(1);
    await seedWait("signInAddress", email);
    expect((await changePassword(token, oldPassword)).status).toBe(429);
    expect(await hasPassword(userId, oldPassword)).toBe(true);
  });

  it("says which password is not right", async () => {
    const { token } = await seedPerson();
    expect(await (await changePassword(token, "wrong")).json()).toMatchObject({ errors: [{ path: "body.currentPassword" }] });
    expect(await (await changePassword(token, oldPassword, "short")).json()).toMatchObject({ errors: [{ path: "body.newPassword" }] });
  });

  it("is not for somebody who never had one", async () => {
    const userId = await seedMember(workspace, { role: "qa" });
    expect((await changePassword((await signInAs(userId)).accessToken, "anything at all")).status).toBe(422);
    expect((await readUser(userId)).passwordHash).toBeNull();
  });

  it("happens once for two who know the same password", async () => {
    const { userId, token } = await seedPerson();
    const { accessToken } = await signInAs(userId);
    const answers = await Promise.all([
      changePassword(token, oldPassword, `${goodPassword} one`),
      changePassword(accessToken, oldPassword, `${goodPassword} two`),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    const winner = statuses[0] === 204 ? "one" : "two";
    expect(await hasPassword(userId, `${goodPassword} ${winner}`)).toBe(true);
  });
});

describe("changing the e-mail address", slow, () => {
  it("changes nothing until the new address is proven, then tells the old one", async () => {
    const { userId, email, token } = await seedPerson();
    const wanted = `new-${email}`;
    expect((await changeEmail(token, ` New-${email.toUpperCase()}`)).status).toBe(202);
    expect(await queuedMails()).toContainEqual({ kind: "verify-email", userId, email: wanted });
    expect(await readUser(userId)).toMatchObject({ email, emailVerifiedAt: null });

    const link = await seedToken({ purpose: "verify-email", subjectId: userId, email: wanted });
    const resetOfOld = await seedToken({ purpose: "reset-password", subjectId: userId, email });
    expect((await verify(link)).status).toBe(204);

    expect(await readUser(userId)).toMatchObject({ email: wanted, emailVerifiedAt: expect.any(Number), tokenVersion: 0 });
    expect(await queuedMails()).toContainEqual({ kind: "email-changed", userId, email });
    expect((await ask("GET", "/me", { token })).status).toBe(200);
    expect((await verify(link)).status).toBe(410);
    expect((await ask("POST", "/auth/reset-password", { body: { token: resetOfOld, password: goodPassword } })).status).toBe(410);
  });

  it("cannot be turned back with a link that was sent to the old address before", async () => {
    const { userId, email } = await seedPerson();
    const old = await seedToken({ purpose: "verify-email", subjectId: userId, email });
    const link = await seedToken({ purpose: "verify-email", subjectId: userId, email: `newer-${email}` });
    expect((await verify(link)).status).toBe(204);
    expect((await verify(old)).status).toBe(410);
    expect((await readUser(userId)).email).toBe(`newer-${email}`);
  });

  it("counts the last address asked for", async () => {
    const { userId, email, token } = await seedPerson();
    expect((await changeEmail(token, "strangers@example.com")).status).toBe(202);
    const mistyped = await seedToken({ purpose: "verify-email", subjectId: userId, email: "strangers@example.com" });
    expect((await changeEmail(token, email)).status).toBe(202);
    expect(await queuedMails()).not.toContainEqual({ kind: "verify-email", userId, email: "strangers@example.com" });
    expect(await queuedMails()).toContainEqual({ kind: "verify-email", userId, email });
    expect((await verify(mistyped)).status).toBe(410);
    expect((await readUser(userId)).email).toBe(email);
  });

  it("answers and writes the same for an address that somebody else has, and refuses it when it is proven", async () => {
    const { userId, email, token } = await seedPerson();
    const taken = (await seedPerson()).email;
    const [free, used] = [await changeEmail(token, `free-${email}`), await changeEmail(token, taken)];
    expect([free.status, used.status]).toEqual([202, 202]);
    expect(await free.text()).toBe(await used.text());

    const link = await seedToken({ purpose: "verify-email", subjectId: userId, email: taken });
    const answer = await verify(link);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("Another account") });
    expect((await readUser(userId)).email).toBe(email);
  });

  it("needs the password, and few guesses at it", async () => {
    const { userId, email, token } = await seedPerson();
    const before = await queuedMails();
    const answer = await changeEmail(token, "thief@example.com", "wrong");
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ path: "body.password" }] });
    expect(await triesOf("signInAddress", email)).toBe(1);
    await directory.delete(attempts);
    await seedWait("signInAddress", email);
    expect((await changeEmail(token, "thief@example.com")).status).toBe(429);
    expect(await queuedMails()).toEqual(before);
    expect((await readUser(userId)).email).toBe(email);
  });
});

describe("proving the e-mail address", () => {
  it("is asked for by whoever signed in, and done by whoever reads the e-mail", async () => {
    const { userId, email, token } = await seedPerson();
    expect((await ask("POST", "/auth/send-verification", { token })).status).toBe(202);
    expect(await queuedMails()).toContainEqual({ kind: "verify-email", userId, email });
    const before = await queuedMails();

    expect((await verify(await seedToken({ purpose: "verify-email", subjectId: userId, email }))).status).toBe(204);

    expect(await readUser(userId)).toMatchObject({ email, emailVerifiedAt: expect.any(Number) });
    expect(await queuedMails()).toEqual(before);
  });

  it("is refused to whoever did it already, and sends nothing", async () => {
    const { userId, email, token } = await seedPerson();
    await verify(await seedToken({ purpose: "verify-email", subjectId: userId, email }));
    const before = await queuedMails();
    expect((await ask("POST", "/auth/send-verification", { token })).status).toBe(409);
    expect(await queuedMails()).toEqual(before);
  });

  it("sends a mailbox few e-mails", async () => {
    const { token } = await seedPerson();
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask("POST", "/auth/send-verification", { token })).status);
    expect(statuses).toEqual([202, 202, 202, 429]);
  });

  it("is refused with a token that is no good, or is for something else", async () => {
    const { userId, email } = await seedPerson();
    for (const token of [
      "nothing",
      await seedToken({ purpose: "verify-email", subjectId: userId, email, lifeMs: -1 }),
      await seedToken({ purpose: "reset-password", subjectId: userId, email }),
      await seedToken({ purpose: "accept-invitation", subjectId: userId, email }),
    ]) {
      expect((await verify(token)).status).toBe(410);
    }
    expect((await directory.select({ at: users.emailVerifiedAt }).from(users).where(eq(users.id, userId)))[0]?.at).toBeNull();
  });
});
