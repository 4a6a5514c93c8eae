import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { invitations, jobs, members, oneTimeTokens, users, workspaces } from "../../../../../shared/db/schema/index.ts";
import { callOffVerification } from "../../../../../shared/identity/accounts/call-off-verification.ts";
import { sendMailWith } from "../../../../../shared/identity/index.ts";
import { findOneTimeToken, useOneTimeToken } from "../../../../../shared/identity/one-time-tokens.ts";
import type { MailMessage, MailRequest } from "../../../../../shared/mail/index.ts";
import { AppError, commit, dayMs, guarded, hourMs, minuteMs, newId } from "../../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";

const db = directoryDatabase(env);
const start = 1_800_000_000_000;
let now = start;
const ctx = { directory: db, now: () => now };

interface Sent extends MailMessage {
  readonly key: string;
}
let sent: Sent[] = [];
let outcome: () => Promise<void> = async () => {};
const mailer = {
  async send(message: MailMessage, key: string): Promise<void> {
    sent.push({ ...message, key });
    await outcome();
  },
};
/** Runs the one job that there is. */
const run = (input: MailRequest, by: typeof mailer | null = mailer) =>
  sendMailWith({ mailer: by, publicUrl: "https://mentha.test", now: ctx.now, findNotificationMail: async () => null })({
    db,
    jobId: "job_1",
    workspaceId: "installation",
    input,
    checkpoint: null,
  });

/** The token in an e-mail's link. */
function tokenIn(mail: Pick<Sent, "text"> | undefined): string {
  const [, token] = /#token=([\w-]{43})\n/.exec(mail?.text ?? "") ?? [];
  if (token === undefined) throw new Error(`There is no link in: ${mail?.text}`);
  return token;
}

let workspace: SeededWorkspace;
let email = "";
beforeAll(async () => {
  await seedWorkspace();
});
beforeEach(async () => {
  now = start;
  sent = [];
  outcome = async () => {};
  workspace = await seedWorkspace();
  email = `${workspace.userId}@example.com`;
  await db.delete(oneTimeTokens);
  await db.delete(jobs);
  const times = { dueAt: start, createdAt: start, updatedAt: start };
  await db.insert(jobs).values({ id: "job_1", workspaceId: "installation", type: "mail.send", state: "running", input: {}, ...times });
});

const setUser = (values: Partial<typeof users.$inferInsert>) => db.update(users).set(values).where(eq(users.id, workspace.userId));
const setWorkspace = (values: Partial<typeof workspaces.$inferInsert>) => db.update(workspaces).set(values).where(eq(workspaces.id, workspace.id));
async function seedInvitation(values: Partial<typeof invitations.$inferInsert> = {}): Promise<string> {
  const id = newId("invitation");
  await db.insert(invitations).values({
    id,
    workspaceId: workspace.id,
    email: `${id}@example.com`,
    role: "dev",
    invitedBy: workspace.userId,
    createdAt: start,
    expiresAt: start + 7 * dayMs,
    ...values,
  });
  return id;
}

describe("an invitation", () => {
  it("says who invites to what until when, and carries a link that accepts it", async () => {
    await setUser({ name: "Grace" });
    await setWorkspace({ name: "Web team", timeZone: "Europe/Madrid" });
    const invitationId = await seedInvitation();
    await run({ kind: "invitation", invitationId });
    const [mail] = sent;
    expect(mail?.to).toBe(`${invitationId}@example.com`);
    for (const fact of [`Grace (${email})`, "“Web team”", "developer", "Friday, January 22, 2027", "https://mentha.test/accept-invitation#token="])
      expect(mail?.text).toContain(fact);
    expect(await findOneTimeToken(ctx, "accept-invitation", tokenIn(mail))).toMatchObject({ subjectId: invitationId, email: mail?.to });
  });

  it("carries a link that works as long as the invitation, and no longer", async () => {
    await run({ kind: "invitation", invitationId: await seedInvitation({ expiresAt: start + 3 * hourMs }) });
    now = start + 3 * hourMs - 1;
    await expect(findOneTimeToken(ctx, "accept-invitation", tokenIn(sent[0]))).resolves.toBeDefined();
    now = start + 3 * hourMs;
    await expect(findOneTimeToken(ctx, "accept-invitation", tokenIn(sent[0]))).rejects.toMatchObject({ code: "gone" });
  });

  it.each([
    { own: "es", ofWorkspace: "en", subject: "Invitación" },
    { own: "en", ofWorkspace: "es", subject: "Invitation" },
    { own: null, ofWorkspace: "es", subject: "Invitación" },
    { own: undefined, ofWorkspace: "es", subject: "Invitación" },
    { own: undefined, ofWorkspace: "en", subject: "Invitation" },
  ] as const)("is in the language of whoever is invited ($own), else in that of the workspace ($ofWorkspace)", async ({ own, ofWorkspace, subject }) => {
    await setWorkspace({ language: ofWorkspace });
    const invited = newId("user");
    if (own !== undefined) await db.insert(users).values({ id: invited, email: `${invited}@example.com`, language: own, createdAt: start });
    await run({ kind: "invitation", invitationId: await seedInvitation({ email: `${invited}@example.com` }) });
    expect(sent[0]?.subject).toContain(subject);
  });

  it.each([
    { state: "was accepted", values: { acceptedAt: start } },
    { state: "was revoked", values: { revokedAt: start } },
    { state: "is too old", values: { expiresAt: start } },
  ])("that $state is not sent", async ({ values }) => {
    const invitationId = await seedInvitation(values);
    expect(await run({ kind: "invitation", invitationId })).toMatchObject({ done: true });
    expect(sent).toEqual([]);
  });
});

describe("a link to set a new password", () => {
  it("goes to whoever has the address and works for half an hour", async () => {
    await run({ kind: "reset-password", email });
    expect(sent[0]).toMatchObject({ to: email, text: expect.stringContaining("https://mentha.test/reset-password#token=") });
    now = start + 30 * minuteMs - 1;
    expect(await findOneTimeToken(ctx, "reset-password", tokenIn(sent[0]))).toMatchObject({ subjectId: workspace.userId, email });
    now += 1;
    await expect(findOneTimeToken(ctx, "reset-password", tokenIn(sent[0]))).rejects.toMatchObject({ code: "gone" });
  });

  it("is not sent when nobody has the address", async () => {
    expect(await run({ kind: "reset-password", email: "nobody@example.com" })).toMatchObject({ done: true });
    expect(sent).toEqual([]);
    expect(await db.select().from(oneTimeTokens)).toEqual([]);
  });

  it.each([
    { own: null, language: "es", subject: "contraseña", zone: "CET" },
    { own: "en", language: "es", subject: "password", zone: "GMT+1" },
  ] as const)("is in the language of the person ($own), else of the workspace that they joined first", async ({ own, language, subject, zone }) => {
    await setUser({ language: own });
    await setWorkspace({ language, timeZone: "Europe/Madrid" });
    const later = newId("workspace");
    await db.insert(workspaces).values({ id: later, name: "Later", createdAt: start });
    await db.insert(members).values({ workspaceId: later, userId: workspace.userId, role: "qa", createdAt: start * 2 });
    await run({ kind: "reset-password", email });
    expect(sent[0]).toMatchObject({ subject: expect.stringContaining(subject), text: expect.stringContaining(zone) });
  });

  it("is in English and in universal time for somebody in no workspace", async () => {
    await db.delete(members).where(eq(members.userId, workspace.userId));
    await run({ kind: "reset-password", email });
    expect(sent[0]).toMatchObject({ subject: "Set a new password for Mentha", text: expect.stringContaining("UTC") });
  });
});

describe("a link to confirm an address", () => {
  it("is neither made nor sent when it is called off while it is about to be", async () => {
    await db.update(jobs).set({ input: { kind: "verify-email", userId: workspace.userId, email: `new-${email}` } });
    await commit(db, callOffVerification(ctx, workspace.userId));
    expect(await run({ kind: "verify-email", userId: workspace.userId, email: `new-${email}` })).toMatchObject({ done: true });
    expect(sent).toEqual([]);
    expect(await db.select().from(oneTimeTokens)).toEqual([]);
  });

  it.each([
    { whose: "one's own", address: () => email },
    { whose: "one that is to become one's own", address: () => `new-${email}` },
  ])("goes to the address, $whose, and works for a day", async ({ address }) => {
    await run({ kind: "verify-email", userId: workspace.userId, email: address() });
    expect(sent[0]).toMatchObject({ to: address(), text: expect.stringContaining("https://mentha.test/verify-email#token=") });
    now = start + 24 * hourMs - 1;
    expect(await findOneTimeToken(ctx, "verify-email", tokenIn(sent[0]))).toMatchObject({ subjectId: workspace.userId, email: address() });
    now += 1;
    await expect(findOneTimeToken(ctx, "verify-email", tokenIn(sent[0]))).rejects.toMatchObject({ code: "gone" });
  });

  it("is not sent when the address was confirmed already, belongs to somebody else, or nobody asks any more", async () => {
    const { userId } = await seedWorkspace();
    await run({ kind: "verify-email", userId: workspace.userId, email: `${userId}@example.com` });
    await setUser({ emailVerifiedAt: start });
    await run({ kind: "verify-email", userId: workspace.userId, email });
    await run({ kind: "verify-email", userId: newId("user"), email });
    expect(sent).toEqual([]);
  });
});

describe("a notice", () => {
  it("of a new password goes to the person's address, and of a new address to the old one", async () => {
    await run({ kind: "password-changed", userId: workspace.userId });
    await run({ kind: "email-changed", userId: workspace.userId, email: "old@example.com" });
    expect(sent.map(({ to, subject }) => [to, subject])).toEqual([
      [email, "Your password for Mentha was changed"],
      ["old@example.com", "Your e-mail address for Mentha was changed"],
    ]);
    expect(await db.select().from(oneTimeTokens)).toEqual([]);
  });

  it("is not sent to somebody who is gone", async () => {
    await run({ kind: "password-changed", userId: newId("user") });
    await run({ kind: "email-changed", userId: newId("user"), email });
    expect(sent).toEqual([]);
  });

  it("is the same message under the same key when it is sent again", async () => {
    for (const _ of [1, 2]) await run({ kind: "password-changed", userId: workspace.userId });
    expect(sent[1]).toEqual(sent[0]);
  });
});

describe("an e-mail that is sent again", () => {
  it("carries a link of its own under a key of its own; both links work until one is used", async () => {
    for (const _ of [1, 2]) await run({ kind: "reset-password", email });
    const [first, second] = [tokenIn(sent[0]), tokenIn(sent[1])];
    expect(second).not.toBe(first);
    expect(sent[1]?.key).not.toBe(sent[0]?.key);
    const { hash } = await findOneTimeToken(ctx, "reset-password", first);
    await findOneTimeToken(ctx, "reset-password", second);
    await commit(db, guarded(db, useOneTimeToken(ctx, hash)));
    await expect(findOneTimeToken(ctx, "reset-password", second)).rejects.toMatchObject({ code: "gone" });
  });

  it("is tried again only when its provider might take it later", async () => {
    for (const retryable of [true, false]) {
      outcome = () => Promise.reject(new AppError("unavailable", "no", { retryable }));
      await expect(run({ kind: "reset-password", email })).rejects.toMatchObject({ retryable });
    }
  });
});

describe("an installation that sends nothing", () => {
  it("says so to whoever looks after it when somebody waits for a link", async () => {
    await expect(run({ kind: "reset-password", email }, null)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("docs/deployment.md"),
    });
    expect(await db.select().from(oneTimeTokens)).toEqual([]);
  });

  it.each([{ kind: "password-changed" }, { kind: "reset-password", email: "nobody@example.com" }] as const)("does without $kind", async (request) => {
    const input = request.kind === "password-changed" ? { ...request, userId: workspace.userId } : request;
    expect(await run(input, null)).toMatchObject({ done: true });
  });
});
