import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { attempts, events, invitations, members, oneTimeTokens, users } from "../../../../shared/db/schema/index.ts";
import { Invitation, InvitationList, invite, previewInvitation, type Role, resendInvitation, roles } from "../../../../shared/identity/index.ts";
import { dayMs, newId } from "../../../../shared/platform/index.ts";
import { invitationExample } from "../../../../workers/api/examples.ts";
import { queuedMails, seedToken, seedWait, triesOf } from "../../../helpers/worker/accounts.ts";
import { contextOf, outcomeOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, seedMember, signedIn, visitorOfTest } from "../../../helpers/worker/people.ts";

const db = () => directoryDatabase(env);
const path = (id: string, what = "") => `/api/v1/invitations/${id}${what}`;
const someone = () => `${newId("user")}@example.com`;

async function created(answer: Response): Promise<Invitation> {
  expect(answer.status).toBe(201);
  return Invitation.strict().parse(await answer.json());
}

const ask = async (email = someone(), role: Role = "dev", who = admin) => created(await who("POST", "/api/v1/users/invite", { email, role }));

async function list(who: SignedIn, query = ""): Promise<InvitationList> {
  const answer = await who("GET", `/api/v1/invitations${query}`);
  expect(answer.status).toBe(200);
  return InvitationList.parse(await answer.json());
}

const statusOf = async (id: string) => (await list(admin, "?limit=100")).items.find((item) => item.id === id)?.status;

/** The invitation as if it had been made so many days ago. */
async function age(id: string, days: number): Promise<void> {
  const createdAt = Date.now() - days * dayMs;
  await db()
    .update(invitations)
    .set({ createdAt, expiresAt: createdAt + 7 * dayMs })
    .where(eq(invitations.id, id));
}

const accept = (id: string) => db().update(invitations).set({ acceptedAt: Date.now() }).where(eq(invitations.id, id));

/** A link that was sent for an invitation: whether it is good. */
async function linkOf({ id, email }: Invitation): Promise<() => Promise<boolean>> {
  const token = await seedToken({ purpose: "accept-invitation", subjectId: id, email });
  return () =>
    previewInvitation(visitorOfTest(), { token }).then(
      () => true,
      () => false,
    );
}

async function mailsFor(invitationId: string): Promise<number> {
  const wanted = JSON.stringify({ kind: "invitation", invitationId });
  return (await queuedMails()).filter((mail) => JSON.stringify(mail) === wanted).length;
}

let workspace: SeededWorkspace;
let admin: SignedIn;
beforeAll(async () => {
  workspace = await seedWorkspace();
  admin = await signedIn(workspace.userId);
});
// Each test has a workspace of its own, so that none of them runs into the limit of another.
beforeEach(async () => {
  workspace = await seedWorkspace();
  admin = await signedIn(workspace.userId);
});

describe("an invitation", () => {
  it("is open for seven days, and its e-mail is accepted with it", async () => {
    const email = someone();
    const invitation = await ask(email, "qa");
    expect(invitation).toMatchObject({ email, role: "qa", status: "open", invitedBy: workspace.userId });
    expect(invitation.expiresAt - invitation.createdAt).toBe(7 * dayMs);
    expect((await list(admin)).items).toEqual([invitation]);
    expect(await mailsFor(invitation.id)).toBe(1);
    await age(invitation.id, 6.9);
    expect(await statusOf(invitation.id)).toBe("open");
    await age(invitation.id, 7);
    expect(await statusOf(invitation.id)).toBe("expired");
  });

  it("is told of in its workspace, by id alone, and only where it was accepted", async () => {
    const email = someone();
    const invitation = await ask(email, "qa");
    expect((await admin("POST", "/api/v1/users/invite", { email, role: "qa" })).status).toBe(409);
    const told = await db().query.events.findMany({ where: and(eq(events.workspaceId, workspace.id), eq(events.type, "user.invited")) });
    expect(told.filter(({ data }) => JSON.stringify(data).includes(invitation.id)).map(({ data }) => data)).toEqual([
      { invitationId: invitation.id, role: "qa", invitedBy: workspace.userId },
    ]);
    expect(JSON.stringify(told)).not.toContain(email);
    expect(told).toHaveLength((await list(admin, "?limit=100")).items.length);
  });

  it.each([
    { written: "  Grace.Hopper@Example.COM ", kept: "grace.hopper@example.com" },
    { written: "grace@BÜCHER.example", kept: "grace@xn--bcher-kva.example" },
  ])("of $written goes to $kept", async ({ written, kept }) => {
    expect((await ask(written)).email).toBe(kept);
    expect((await admin("POST", "/api/v1/users/invite", { email: kept, role: "dev" })).status).toBe(409);
  });

  it.each([
    { email: "grace", role: "dev" },
    { email: "grace@example.com\r\nBcc: eve@example.com", role: "dev" },
    { email: "grace@example.com", role: "owner" },
    { email: "grace@example.com" },
    { role: "dev" },
    { email: "grace@example.com", role: "dev", workspaceId: "wsp_00000000000000000000000000" },
  ])("is refused as %j", async (body) => {
    expect((await admin("POST", "/api/v1/users/invite", body)).status).toBe(422);
  });

  const invites: Readonly<Record<Role, readonly Role[]>> = { admin: roles, manager: ["qa", "dev"], qa: [], dev: [] };
  const pairs = roles.flatMap((actor) => roles.map((role) => ({ actor, role, may: invites[actor].includes(role) })));
  it.each(pairs)("for the role $role, of somebody who is $actor: allowed $may; so are sending it again and revoking it", async ({ actor, role, may }) => {
    const who = await signedIn(await seedMember(workspace, { role: actor }));
    expect((await who("POST", "/api/v1/users/invite", { email: someone(), role })).status).toBe(may ? 201 : 403);
    const { id } = await ask(someone(), role);
    expect((await who("POST", path(id, "/resend"))).status).toBe(may ? 200 : 403);
    expect((await who("DELETE", path(id))).status).toBe(may ? 204 : 403);
  });

  it("of an address that is known elsewhere is answered as that of an unknown one", async () => {
    const others = await seedWorkspace();
    expect((await ask(`${others.userId}@example.com`)).status).toBe("open");
  });

  it("of a member is refused", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    await db()
      .update(users)
      .set({ email: `${userId}@xn--bcher-kva.example` })
      .where(eq(users.id, userId));
    for (const email of [`${userId}@xn--bcher-kva.example`, `${userId.toUpperCase()}@BÜCHER.example`]) {
      const refused = await outcomeOf(await admin("POST", "/api/v1/users/invite", { email, role: "qa" }));
      expect(refused).toEqual({ status: 409, detail: expect.stringContaining("a member") });
    }
    expect((await list(admin)).items).toEqual([]);
  });

  it("of somebody who was invited already is refused, with how to send it again", async () => {
    const { id, email } = await ask();
    const refused = await outcomeOf(await admin("POST", "/api/v1/users/invite", { email, role: "qa" }));
    expect(refused).toEqual({ status: 409, detail: expect.stringContaining(path(id, "/resend")) });
    expect((await list(admin)).items.map(({ role }) => role)).toEqual(["dev"]);
  });

  it("that is refused counts as no e-mail, so that the one sent in the end is not one too many", async () => {
    const { id, email } = await ask();
    for (let i = 0; i < 5; i++) expect((await admin("POST", "/api/v1/users/invite", { email, role: "qa" })).status).toBe(409);
    await admin("DELETE", path(id));
    for (let i = 0; i < 5; i++) expect((await admin("POST", path(id, "/resend"))).status).toBe(409);
    await ask(email);
  });

  it("takes the place of one that expired, which then cannot be sent again", async () => {
    const old = await ask();
    await age(old.id, 8);
    const { id } = await ask(old.email, "manager");
    expect((await list(admin)).items.map(({ id, status, role }) => ({ id, status, role }))).toEqual([
      { id, status: "open", role: "manager" },
      { id: old.id, status: "expired", role: "dev" },
    ]);
    expect(await outcomeOf(await admin("POST", path(old.id, "/resend")))).toEqual({ status: 409, detail: expect.stringContaining("newer one") });
  });

  it("may follow one that was revoked, and one that was accepted by somebody who left", async () => {
    const first = await ask();
    expect((await admin("DELETE", path(first.id))).status).toBe(204);
    const second = await ask(first.email);
    await accept(second.id);
    await ask(first.email);
    expect((await list(admin)).items.map(({ status }) => status)).toEqual(["open", "accepted", "revoked"]);
  });

  it("of one address is made once, however many ask at once", async () => {
    const email = someone();
    const answers = await Promise.all(Array.from({ length: 20 }, () => admin("POST", "/api/v1/users/invite", { email, role: "dev" })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toEqual([201]);
    // The rest came too late, or would have been one e-mail too many.
    expect(statuses.filter((status) => ![201, 409, 429].includes(status))).toEqual([]);
    const { items } = await list(admin);
    expect(items.length).toBe(1);
    expect(await mailsFor(items[0]?.id ?? "")).toBe(1);
  });

  it("does not fill a mailbox", async () => {
    const { id } = await ask();
    let answer = await admin("POST", path(id, "/resend"));
    for (let sent = 2; answer.status === 200 && sent < 10; sent++) answer = await admin("POST", path(id, "/resend"));
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await mailsFor(id)).toBeLessThan(5);
    await ask();
  });

  it("does not fill a mailbox by being revoked and made again either", async () => {
    const body = { email: someone(), role: "dev" };
    let answer = await admin("POST", "/api/v1/users/invite", body);
    for (let sent = 1; answer.status === 201 && sent < 10; sent++) {
      expect((await admin("DELETE", path((await created(answer)).id))).status).toBe(204);
      answer = await admin("POST", "/api/v1/users/invite", body);
    }
    expect(answer.status).toBe(429);
    expect((await list(admin, "?status=open")).items).toEqual([]);
  });

  it("is not held up by e-mails that strangers ask for to the same address", async () => {
    const email = someone();
    await seedWait("mailAddress", email);
    expect((await admin("POST", "/api/v1/users/invite", { email, role: "dev" })).status).toBe(201);
  });

  it("is refused, and so is sending one again, when the workspace sent enough for a day, which is held against nobody", async () => {
    const sent = await ask();
    const email = someone();
    await db().delete(attempts);
    await seedWait("workspaceMail", workspace.id);
    for (const answer of [await admin("POST", "/api/v1/users/invite", { email, role: "dev" }), await admin("POST", path(sent.id, "/resend"))]) {
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ detail: expect.stringContaining("This workspace sent 200 invitations within a day") });
    }
    expect([await triesOf("memberMailAddress", email), await triesOf("memberMailAddress", sent.email)]).toEqual([0, 0]);
    await db().delete(attempts);
  });

  it("is refused where no e-mail can be sent, and so is sending one again", async () => {
    const { id } = await ask();
    const ctx = { ...contextOf(env, workspace), sendsMail: false };
    const conflict = expect.objectContaining({ code: "conflict", message: expect.stringContaining("e-mail") });
    await expect(invite(ctx, { email: someone(), role: "dev" })).rejects.toEqual(conflict);
    await expect(resendInvitation(ctx, id)).rejects.toEqual(conflict);
    expect((await list(admin)).items.length).toBe(1);
    expect(await mailsFor(id)).toBe(1);
  });

  it("has an example that is true to its schema", () => {
    expect(Invitation.strict().safeParse(invitationExample).error).toBeUndefined();
  });
});

describe("open invitations", () => {
  it("are a hundred at most, however many are asked for at once", async () => {
    const createdAt = Date.now();
    const row = { workspaceId: workspace.id, role: "dev", invitedBy: workspace.userId, createdAt, expiresAt: createdAt + dayMs } as const;
    const rows = Array.from({ length: 99 }, () => ({ ...row, id: newId("invitation"), email: someone() }));
    for (let i = 0; i < rows.length; i += 10)
      await db()
        .insert(invitations)
        .values(rows.slice(i, i + 10));
    const lapsed = newId("invitation");
    await db()
      .insert(invitations)
      .values({ ...row, id: lapsed, email: someone(), expiresAt: createdAt });

    const emails = Array.from({ length: 5 }, someone);
    const answers = await Promise.all(emails.map((email) => admin("POST", "/api/v1/users/invite", { email, role: "dev" })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    const tooMany = { status: 409, detail: expect.stringContaining("100 invitations") };
    expect(await outcomeOf(await admin("POST", path(lapsed, "/resend")))).toEqual(tooMany);

    const open = rows[0]?.id ?? "";
    expect((await admin("POST", path(open, "/resend"))).status).toBe(200);
    expect((await admin("DELETE", path(open))).status).toBe(204);
    expect((await admin("POST", path(lapsed, "/resend"))).status).toBe(200);
  });
});

describe("sending an invitation again", () => {
  it("begins its seven days anew and ends the links that were sent before", async () => {
    const invitation = await ask();
    await age(invitation.id, 3);
    const works = await linkOf(invitation);
    const other = await linkOf(await ask());
    expect(await works()).toBe(true);
    const answer = await admin("POST", path(invitation.id, "/resend"));
    expect(answer.status).toBe(200);
    const { expiresAt } = Invitation.strict().parse(await answer.json());
    expect(expiresAt).toBeGreaterThan(Date.now() + 6.9 * dayMs);
    expect((await list(admin, "?status=open")).items.find(({ id }) => id === invitation.id)?.expiresAt).toBe(expiresAt);
    expect([await works(), await other()]).toEqual([false, true]);
    expect(await mailsFor(invitation.id)).toBe(2);
  });

  it("opens one whose time was over", async () => {
    const { id } = await ask();
    await age(id, 30);
    const answer = await admin("POST", path(id, "/resend"));
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ id, status: "open" })]);
  });

  it("is refused for one that was accepted or revoked, and for somebody who is a member by now", async () => {
    const [accepted, revoked] = [await ask(), await ask()];
    await accept(accepted.id);
    await admin("DELETE", path(revoked.id));
    expect(await outcomeOf(await admin("POST", path(accepted.id, "/resend")))).toEqual({ status: 409, detail: expect.stringContaining("was accepted") });
    expect(await outcomeOf(await admin("POST", path(revoked.id, "/resend")))).toEqual({ status: 409, detail: expect.stringContaining("was revoked") });

    const others = await seedWorkspace();
    const { id } = await ask(`${others.userId}@example.com`);
    await db().insert(members).values({ workspaceId: workspace.id, userId: others.userId, role: "dev", createdAt: Date.now() });
    expect(await outcomeOf(await admin("POST", path(id, "/resend")))).toEqual({ status: 409, detail: expect.stringContaining("a member") });
  });
});

describe("revoking an invitation", () => {
  it("ends its link at once, and no other", async () => {
    const [invitation, another] = [await ask(), await ask()];
    const [works, other] = [await linkOf(invitation), await linkOf(another)];
    expect((await admin("DELETE", path(invitation.id))).status).toBe(204);
    expect([await works(), await other()]).toEqual([false, true]);
    expect(await statusOf(invitation.id)).toBe("revoked");
    expect(await db().select().from(oneTimeTokens).where(eq(oneTimeTokens.subjectId, invitation.id))).toEqual([]);
  });

  it("is done once, and not to one that was accepted or expired", async () => {
    const [revoked, accepted, expired] = [await ask(), await ask(), await ask()];
    await accept(accepted.id);
    await age(expired.id, 8);
    const answers = await Promise.all([1, 2, 3].map(() => admin("DELETE", path(revoked.id))));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409, 409]);
    expect(await outcomeOf(await admin("DELETE", path(accepted.id)))).toEqual({ status: 409, detail: expect.stringContaining("is accepted") });
    expect(await outcomeOf(await admin("DELETE", path(expired.id)))).toEqual({ status: 409, detail: expect.stringContaining("is expired") });
    expect([await statusOf(accepted.id), await statusOf(expired.id)]).toEqual(["accepted", "expired"]);
  });
});

describe("the list of invitations", () => {
  it("finds those of each status", async () => {
    const [open, accepted, revoked, expired, replaced] = [await ask(), await ask(), await ask(), await ask(), await ask()];
    await accept(accepted.id);
    await admin("DELETE", path(revoked.id));
    await age(expired.id, 8);
    await age(replaced.id, 8);
    const newer = await ask(replaced.email);
    const idsOf = async (status: string) => (await list(admin, `?status=${status}`)).items.map((item) => [item.id, item.status]);
    expect(await idsOf("open")).toEqual([newer.id, open.id].map((id) => [id, "open"]));
    expect(await idsOf("accepted")).toEqual([[accepted.id, "accepted"]]);
    expect(await idsOf("revoked")).toEqual([[revoked.id, "revoked"]]);
    expect(await idsOf("expired")).toEqual(
      [replaced.id, expired.id]
        .toSorted()
        .toReversed()
        .map((id) => [id, "expired"]),
    );
    expect((await admin("GET", "/api/v1/invitations?status=lost")).status).toBe(422);
  });

  it("shows each once, newest first, though more are made while it is read", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await ask()).id);
    const seen: string[] = [];
    for (let page = await list(admin, "?limit=2"); ; page = await list(admin, `?limit=2&cursor=${page.nextCursor}`)) {
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === undefined) break;
      await ask();
    }
    expect(seen).toEqual(ids.toSorted().toReversed());
  });

  it("has none of another workspace, whose invitations are as if they did not exist", async () => {
    const { id } = await ask();
    const others = await signedIn((await seedWorkspace()).userId);
    expect((await list(others)).items).toEqual([]);
    for (const [method, what] of [
      ["POST", "/resend"],
      ["DELETE", ""],
    ] as const) {
      const [foreign, unknown] = [await others(method, path(id, what)), await others(method, path(newId("invitation"), what))];
      expect([foreign.status, unknown.status]).toEqual([404, 404]);
      expect((await outcomeOf(foreign)).detail).toBe((await outcomeOf(unknown)).detail);
    }
    expect(await statusOf(id)).toBe("open");
  });

  it("shows somebody who is in two workspaces those of the one they name", async () => {
    const { id } = await ask();
    const other = await seedWorkspace();
    await db().insert(members).values({ workspaceId: other.id, userId: workspace.userId, role: "admin", createdAt: Date.now() });
    const idsIn = async (workspaceId: string) => (await list(await signedIn(workspace.userId, workspaceId))).items.map((item) => item.id);
    expect([await idsIn(workspace.id), await idsIn(other.id)]).toEqual([[id], []]);
    const [row] = await db().select().from(invitations).where(eq(invitations.id, id));
    expect(row?.workspaceId).toBe(workspace.id);
  });
});
