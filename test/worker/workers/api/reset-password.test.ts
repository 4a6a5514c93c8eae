import { env } from "cloudflare:workers";
import { count } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { attempts, auditLog, jobs, oneTimeTokens, users } from "../../../../shared/db/schema/index.ts";
import { forgotPassword } from "../../../../shared/identity/index.ts";
import { minuteMs, newId } from "../../../../shared/platform/index.ts";
import { ask, goodPassword, hasPassword, queuedMails, readUser, seedQueuedMail, seedToken, seedWait, triesOf } from "../../../helpers/worker/accounts.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember, signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

const directory = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});

async function seedForgetful(lifeMs?: number) {
  const userId = await seedMember(workspace, { role: "qa" });
  const { email } = await readUser(userId);
  return { userId, email, token: await seedToken({ purpose: "reset-password", subjectId: userId, email, ...(lifeMs === undefined ? {} : { lifeMs }) }) };
}

const reset = (token: string, password = goodPassword) => ask("POST", "/auth/reset-password", { body: { token, password } });
const forgot = (email: string, ip?: string) => ask("POST", "/auth/forgot-password", { body: { email }, ...(ip === undefined ? {} : { ip }) });

const tablesOfInterest = { attempts, auditLog, jobs, oneTimeTokens, users };

/** How many rows each table has that asking for a link may touch. */
async function rowCounts(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const [name, table] of Object.entries(tablesOfInterest)) counts.set(name, (await directory.select({ rows: count() }).from(table))[0]?.rows ?? 0);
  return counts;
}

// Hashes take their time, most of all when other tests run too.
const slow = { timeout: 60_000 };

describe("asking for a new password", () => {
  it("stores what is to be sent and to which address, in the form in which addresses are kept", async () => {
    expect((await forgot(" Grace@Example.com ")).status).toBe(202);
    expect(await queuedMails()).toContainEqual({ kind: "reset-password", email: "grace@example.com" });
  });

  it("answers and writes the same whether or not anybody has the address", async () => {
    const { email } = await seedForgetful();
    const seen = [];
    for (const address of [email, `${newId("user")}@example.com`]) {
      // Of those whom nobody knows one entry a minute is kept.
      await directory.delete(auditLog);
      const before = await rowCounts();
      const answer = await forgot(address);
      const after = await rowCounts();
      const headers = [...answer.headers].filter(([name]) => name !== "x-request-id");
      const written = [...after].map(([table, rows]) => [table, rows - (before.get(table) ?? 0)]);
      seen.push({ status: answer.status, body: await answer.text(), headers, written });
    }
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.written).toEqual([
      ["attempts", 2],
      ["auditLog", 1],
      ["jobs", 1],
      ["oneTimeTokens", 0],
      ["users", 0],
    ]);
  });

  it("leaves one entry a minute of addresses that nobody has, and one each of those that somebody has", async () => {
    const { email, userId } = await seedForgetful();
    await directory.delete(auditLog);
    const minute = Math.floor(Date.now() / minuteMs) * minuteMs;
    const wish = (address: string) => forgotPassword(visitorOfTest({ now: () => minute }), { email: address });
    for (let i = 0; i < 5; i++) await wish(`${newId("user")}@example.com`);
    for (let i = 0; i < 2; i++) await wish(email);
    expect((await directory.select().from(auditLog)).map(({ targetId, aboutUserId }) => [targetId, aboutUserId])).toEqual([
      ["nobody", null],
      [userId, userId],
      [userId, userId],
    ]);
  });

  it("slows down who asks for one address again and again, from wherever, known or not", async () => {
    const { email } = await seedForgetful();
    for (const address of [email, `${newId("user")}@example.com`]) {
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await forgot(address)).status);
      expect(statuses).toEqual([202, 202, 202, 429]);
    }
  });

  it("slows down who asks for many addresses", async () => {
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push((await forgot(`${newId("user")}@example.com`, "203.0.113.9")).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429]);
  });

  it("is refused to everybody alike where no e-mail can be sent, before anything is written", async () => {
    const { email } = await seedForgetful();
    const before = await rowCounts();
    for (const address of [email, `${newId("user")}@example.com`]) {
      await expect(forgotPassword(visitorOfTest({ sendsMail: false }), { email: address })).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("cannot send e-mail"),
      });
    }
    expect(await rowCounts()).toEqual(before);
  });

  it.each(["", "nobody", "a@b", "a@b.example, c@d.example"])("refuses what is no address: %j", async (email) => {
    const answer = await forgot(email);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ path: "body.email" }] });
  });
});

describe("a link to set a password", slow, () => {
  it("sets it, proves the address, ends every session and tells the person", async () => {
    const { userId, token } = await seedForgetful();
    const session = await signInAs(userId);
    const other = await seedToken({ purpose: "reset-password", subjectId: userId, email: `${userId}@example.com` });
    expect((await ask("GET", "/me", { token: session.accessToken })).status).toBe(200);

    expect((await reset(token)).status).toBe(204);

    const user = await readUser(userId);
    expect(await hasPassword(userId, goodPassword)).toBe(true);
    expect(user.emailVerifiedAt).toBeGreaterThan(0);
    expect(user.tokenVersion).toBe(1);
    expect((await ask("GET", "/me", { token: session.accessToken })).status).toBe(401);
    expect(await directory.query.sessions.findFirst({ where: (table, { eq }) => eq(table.id, session.sessionId) })).toMatchObject({
      revokedFor: "password-reset",
      revokedAt: expect.any(Number),
    });
    expect(await queuedMails()).toContainEqual({ kind: "password-changed", userId });
    expect((await reset(other)).status).toBe(410);
  });

  it("calls off a change of address that somebody with the old password asked for", async () => {
    const { userId, token } = await seedForgetful();
    const taking = await seedToken({ purpose: "verify-email", subjectId: userId, email: "thief@example.com" });
    await seedQueuedMail({ kind: "verify-email", userId, email: "thief@example.com" });
    await seedQueuedMail({ kind: "verify-email", userId: workspace.userId, email: "honest@example.com" });
    expect((await reset(token)).status).toBe(204);
    expect((await ask("POST", "/auth/verify-email", { body: { token: taking } })).status).toBe(410);
    const mails = await queuedMails();
    expect(mails).not.toContainEqual(expect.objectContaining({ kind: "verify-email", userId }));
    expect(mails).toContainEqual(expect.objectContaining({ kind: "verify-email", userId: workspace.userId }));
  });

  it("works once", async () => {
    const { userId, token } = await seedForgetful();
    expect((await reset(token)).status).toBe(204);
    const answer = await reset(token, "another good password");
    expect(answer.status).toBe(410);
    expect(await hasPassword(userId, goodPassword)).toBe(true);
  });

  it("works once for twenty who use it at the same time", async () => {
    const { userId, token } = await seedForgetful();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => reset(token, `${goodPassword} ${i}`)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    // Some are told that too many passwords wait to be hashed.
    expect(statuses.filter((status) => ![204, 410, 429].includes(status))).toEqual([]);
    const winner = statuses.indexOf(204);
    const user = await readUser(userId);
    expect(user.tokenVersion).toBe(1);
    expect(await hasPassword(userId, `${goodPassword} ${winner}`)).toBe(true);
  });

  it("says the same of every token that is no good", async () => {
    const { userId, email } = await seedForgetful();
    const about = { subjectId: userId, email };
    const tokens = [
      "nothing",
      "a".repeat(43),
      await seedToken({ ...about, purpose: "reset-password", lifeMs: -1 }),
      await seedToken({ ...about, purpose: "verify-email" }),
      await seedToken({ ...about, purpose: "accept-invitation" }),
      await seedToken({ ...about, purpose: "reset-password", email: "their-old-address@example.com" }),
      await seedToken({ ...about, purpose: "reset-password", subjectId: newId("user") }),
    ];
    const said = new Set<string>();
    for (const token of tokens) {
      const answer = await reset(token);
      expect(answer.status).toBe(410);
      said.add((await answer.json<{ detail: string }>()).detail);
    }
    expect(said.size).toBe(1);
    expect((await readUser(userId)).passwordHash).toBeNull();
  });

  it("survives a password that is refused, which names the field", async () => {
    const { userId, email, token } = await seedForgetful();
    for (const password of ["short", email]) {
      const answer = await reset(token, password);
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ errors: [{ path: "body.password" }] });
    }
    expect((await reset(token)).status).toBe(204);
    expect((await readUser(userId)).passwordHash).not.toBeNull();
  });

  it("leaves the wait after wrong passwords, from whose end a stranger could tell that the address has an account", async () => {
    const { email, token } = await seedForgetful();
    await seedWait("signInAddress", email);
    const before = await triesOf("signInAddress", email);
    expect((await reset(token)).status).toBe(204);
    expect(await triesOf("signInAddress", email)).toBe(before);
  });

  it("is guessed at slowly, and a good one is no guess", async () => {
    const { token } = await seedForgetful();
    const from = (ip: string, text: string, password: string) => ask("POST", "/auth/reset-password", { body: { token: text, password }, ip });
    expect((await from("203.0.113.77", "b".repeat(43), goodPassword)).status).toBe(410);
    expect(await triesOf("tokenIp", "203.0.113.77")).toBe(1);
    expect((await from("203.0.113.77", token, "short")).status).toBe(422);
    expect(await triesOf("tokenIp", "203.0.113.77")).toBe(1);
    await seedWait("tokenIp", "203.0.113.78");
    const answer = await from("203.0.113.78", token, goodPassword);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
  });
});
