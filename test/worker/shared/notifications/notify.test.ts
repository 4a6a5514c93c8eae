import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import {
  audits,
  events,
  jobs,
  members,
  notificationPreferences,
  notifications,
  reports,
  users,
  webhooks,
  workspaces,
} from "../../../../shared/db/schema/index.ts";
import { mostKept } from "../../../../shared/notifications/inbox.ts";
import { findNotificationMailWith, type NotificationType, notificationTypes, notify, type TellingEvent } from "../../../../shared/notifications/index.ts";
import { type DueJob, dayMs, newId } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedAudit, seedWorkspace } from "../../../helpers/worker/api.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { seedMember } from "../../../helpers/worker/people.ts";
import { seedReport } from "../../../helpers/worker/reports.ts";
import { seedWebhook } from "../../../helpers/worker/webhooks.ts";

const directory = directoryDatabase(env);
const at = 1_800_000_000_000;

const regression = {
  baseId: newId("audit"),
  baseFinishedAt: 1,
  confirmedAt: 3,
  rules: [{ ruleId: "http-5xx", pages: 2, pagesBefore: 0, examples: [] }],
  score: { before: 90, now: 80 },
};

let own: SeededWorkspace;
let dev = "";
let auditId = "";
let webhookId = "";
let reportId = "";
beforeEach(async () => {
  own = await seedWorkspace();
  dev = await seedMember(own, { role: "dev" });
  webhookId = await seedWebhook(own);
  reportId = await seedReport(own);
  auditId = await seedAudit({ id: own.id, userId: dev });
  await directory.update(audits).set({ regression }).where(eq(audits.id, auditId));
});

/** Who is concerned by the events: of endpoints the admin, of all else `dev`, who is none. */
const readerOf = (type: NotificationType): string => (type.startsWith("webhook.") ? own.userId : dev);

/** An event of each type that concerns its reader. */
const eventsFor: { readonly [T in NotificationType]: () => TellingEvent } = {
  "audit.completed": () => ({ ...named(), type: "audit.completed", data: { auditId } }),
  "audit.failed": () => ({ ...named(), type: "audit.failed", data: { auditId, reason: "internal" } }),
  "audit.regressed": () => ({ ...named(), type: "audit.regressed", data: { auditId, baseId: newId("audit"), origin: "https://example.com" } }),
  "member.joined": () => ({ ...named(), type: "member.joined", data: { userId: newId("user"), invitedBy: dev } }),
  "member.role-changed": () => ({ ...named(), type: "member.role-changed", data: { userId: dev, role: "qa" } }),
  "report.ready": () => ({ ...named(), type: "report.ready", data: { reportId } }),
  "webhook.failing": () => ({ ...named(), type: "webhook.failing", data: { webhookId, since: at } }),
  "webhook.disabled": () => ({ ...named(), type: "webhook.disabled", data: { webhookId, reason: "failing" } }),
};
const named = () => ({ id: newId("event"), workspaceId: own.id });

async function tell(event: TellingEvent, { sendsMail = true, now = at } = {}) {
  const dueJobs: DueJob[] = [];
  const delivered = await notify({ db: directory, directory, now: () => now, dueJobs, sendsMail }, event);
  return { delivered, dueJobs };
}

const inboxOf = (userId: string) => directory.select().from(notifications).where(eq(notifications.userId, userId)).orderBy(notifications.id);
const mailsTo = async (userId: string) =>
  (await directory.select().from(jobs).where(eq(jobs.type, "mail.send"))).filter(({ input }) => JSON.stringify(input).includes(userId));
const prefer = (userId: string, type: NotificationType, channels: { inApp: boolean; email: boolean }) =>
  directory.insert(notificationPreferences).values({ workspaceId: own.id, userId, type, ...channels });

const choices = notificationTypes.flatMap((type) => [true, false].flatMap((inApp) => [true, false].map((email) => ({ type, inApp, email }))));

describe.each(choices)("$type with the inbox $inApp and e-mail $email", ({ type, inApp, email }) => {
  it("comes where it is wanted, and nowhere else", async () => {
    const reader = readerOf(type);
    await prefer(reader, type, { inApp, email });
    // A report is for everybody.
    if (type === "report.ready") await prefer(own.userId, type, { inApp: false, email: false });
    const event = eventsFor[type]();
    const { delivered, dueJobs } = await tell(event);
    expect((await inboxOf(reader)).map((row) => row.type)).toEqual(inApp ? [type] : []);
    expect(delivered.filter(({ userId }) => userId === reader)).toHaveLength(inApp ? 1 : 0);
    const mails = await mailsTo(reader);
    expect(mails.map(({ input }) => input)).toEqual(email ? [{ kind: "notification", eventId: event.id, workspaceId: own.id, userId: reader }] : []);
    expect(dueJobs.map(({ jobId }) => jobId)).toEqual(mails.map(({ id }) => id));
  });

  it("comes once though its event is handled twice, also at once", async () => {
    await prefer(readerOf(type), type, { inApp, email });
    const event = eventsFor[type]();
    const first = await tell(event);
    const [again, beside] = await Promise.all([tell(event, { now: at + 5_000 }), tell(event, { now: at + 6_000 })]);
    expect([again.delivered, beside.delivered]).toEqual([first.delivered, first.delivered]);
    expect(await inboxOf(readerOf(type))).toHaveLength(inApp ? 1 : 0);
    expect(await mailsTo(readerOf(type))).toHaveLength(email ? 1 : 0);
  });
});

describe("somebody who said nothing", () => {
  it.each([
    { type: "audit.completed", mails: 0 },
    { type: "audit.failed", mails: 0 },
    { type: "audit.regressed", mails: 1 },
    { type: "member.joined", mails: 0 },
    { type: "member.role-changed", mails: 1 },
    { type: "webhook.failing", mails: 1 },
    { type: "webhook.disabled", mails: 1 },
  ] as const)("has $type in the inbox, and $mails e-mails of it", async ({ type, mails }) => {
    await tell(eventsFor[type]());
    expect(await inboxOf(readerOf(type))).toHaveLength(1);
    expect(await mailsTo(readerOf(type))).toHaveLength(mails);
  });

  it("is asked for no e-mail where none can be sent", async () => {
    await tell(eventsFor["member.role-changed"](), { sendsMail: false });
    expect([(await inboxOf(dev)).length, (await mailsTo(dev)).length]).toEqual([1, 0]);
  });
});

async function otherAudit(): Promise<void> {
  auditId = await seedAudit(await seedWorkspace());
}

describe("who is told", () => {
  it("of an audit is who started it", async () => {
    const { delivered } = await tell(eventsFor["audit.completed"]());
    expect(delivered).toMatchObject([
      {
        userId: dev,
        unread: 1,
        notification: { type: "audit.completed", createdAt: at, readAt: null, data: { auditId, url: "https://example.com/", score: null } },
      },
    ]);
    expect(await inboxOf(own.userId)).toEqual([]);
  });

  it("of an audit hears the score", async () => {
    await directory
      .update(audits)
      .set({ scores: { overall: 87 } })
      .where(eq(audits.id, auditId));
    expect((await tell(eventsFor["audit.completed"]())).delivered).toMatchObject([{ notification: { data: { score: 87 } } }]);
  });

  it("of a site that got worse is who started the audit", async () => {
    await seedMember(own, { role: "manager" });
    const { delivered } = await tell(eventsFor["audit.regressed"]());
    expect(delivered).toMatchObject([
      { userId: dev, notification: { data: { auditId, url: "https://example.com/", problems: 1, scoreBefore: 90, score: 80 } } },
    ]);
  });

  it("of a site that got worse are the admins and managers, when no member started the audit", async () => {
    const manager = await seedMember(own, { role: "manager" });
    await directory.update(audits).set({ createdBy: installationId }).where(eq(audits.id, auditId));
    const { delivered } = await tell(eventsFor["audit.regressed"]());
    expect(delivered.map(({ userId }) => userId).sort()).toEqual([own.userId, manager].sort());
  });

  it("of a site that did not get worse after all is nobody", async () => {
    await directory.update(audits).set({ regression: null }).where(eq(audits.id, auditId));
    expect((await tell(eventsFor["audit.regressed"]())).delivered).toEqual([]);
  });

  it("of somebody new are the admins and who invited them, not the new one, an admin or not", async () => {
    const newcomer = await seedMember(own, { role: "admin" });
    await directory.update(users).set({ name: "Grace" }).where(eq(users.id, newcomer));
    const second = await seedMember(own, { role: "admin" });
    await seedMember(own, { role: "manager" });
    const { delivered } = await tell({ ...named(), type: "member.joined", data: { userId: newcomer, invitedBy: dev } });
    expect(delivered.map(({ userId }) => userId).sort()).toEqual([own.userId, second, dev].sort());
    expect(delivered.map(({ notification }) => notification.data)).toEqual(delivered.map(() => ({ userId: newcomer, name: "" })));
    // The name is not stored: it is theirs to change, and to take along.
    expect((await inboxOf(dev)).map(({ data }) => data)).toEqual([{ userId: newcomer }]);
  });

  it("of a report is everybody, and only admins and managers by e-mail unless they say otherwise", async () => {
    const [manager, quiet, eager] = [
      await seedMember(own, { role: "manager" }),
      await seedMember(own, { role: "admin" }),
      await seedMember(own, { role: "qa" }),
    ];
    await prefer(quiet, "report.ready", { inApp: true, email: false });
    await prefer(eager, "report.ready", { inApp: false, email: true });
    const { delivered } = await tell(eventsFor["report.ready"]());
    expect(delivered.map(({ userId }) => userId).sort()).toEqual([own.userId, dev, manager, quiet].sort());
    const mailed = await Promise.all([own.userId, dev, manager, quiet, eager].map(async (userId) => (await mailsTo(userId)).length));
    expect(mailed).toEqual([1, 0, 1, 0, 1]);
  });

  it("of a report that is not ready, or was deleted, is nobody", async () => {
    await directory.update(reports).set({ state: "pending", content: null }).where(eq(reports.id, reportId));
    expect((await tell(eventsFor["report.ready"]())).delivered).toEqual([]);
    await directory.delete(reports).where(eq(reports.id, reportId));
    expect((await tell(eventsFor["report.ready"]())).delivered).toEqual([]);
  });

  it("of an admin who invited is told once", async () => {
    const { delivered } = await tell({ ...named(), type: "member.joined", data: { userId: dev, invitedBy: own.userId } });
    expect(delivered.map(({ userId }) => userId)).toEqual([own.userId]);
  });

  it.each([
    { outcome: "left", ends: () => directory.delete(members).where(and(eq(members.workspaceId, own.id), eq(members.userId, dev))) },
    { outcome: "is suspended", ends: () => directory.update(users).set({ suspendedAt: 1 }).where(eq(users.id, dev)) },
    { outcome: "is in a workspace that is suspended", ends: () => directory.update(workspaces).set({ suspendedAt: 1 }).where(eq(workspaces.id, own.id)) },
  ])("is nobody who $outcome", async ({ ends }) => {
    for (const type of notificationTypes) await prefer(dev, type, { inApp: true, email: true });
    await ends();
    for (const type of notificationTypes) await tell(eventsFor[type]());
    expect([await inboxOf(dev), await mailsTo(dev)]).toEqual([[], []]);
  });

  it.each([
    { outcome: "is deleted", change: () => directory.update(audits).set({ deletedAt: 1 }).where(eq(audits.id, auditId)) },
    { outcome: "is another workspace's", change: otherAudit },
  ])("is nobody of an audit that $outcome", async ({ change }) => {
    await change();
    expect((await tell(eventsFor["audit.failed"]())).delivered).toEqual([]);
  });

  it.each(["webhook.failing", "webhook.disabled"] as const)("of %s are the admins, and nobody else", async (type) => {
    const second = await seedMember(own, { role: "admin" });
    await seedMember(own, { role: "manager" });
    const { delivered } = await tell(eventsFor[type]());
    expect(delivered.map(({ userId }) => userId).sort()).toEqual([own.userId, second].sort());
    expect(delivered[0]?.notification.data).toMatchObject({ webhookId, name: "Hook" });
  });

  it("of an endpoint without a name is told its host, and nothing else of its address", async () => {
    webhookId = await seedWebhook(own, { name: null, shownUrl: "https://hooks.example/secret?token=1" });
    expect((await tell(eventsFor["webhook.failing"]())).delivered[0]?.notification.data).toEqual({ webhookId, name: "hooks.example", since: at });
  });

  it.each([
    { outcome: "is deleted", change: () => directory.delete(webhooks).where(eq(webhooks.id, webhookId)) },
    { outcome: "is another workspace's", change: async () => (webhookId = await seedWebhook(await seedWorkspace())) },
  ])("is nobody of an endpoint that $outcome", async ({ change }) => {
    await change();
    expect((await tell(eventsFor["webhook.disabled"]())).delivered).toEqual([]);
  });

  it("asks for preferences by workspace", async () => {
    const other = await seedWorkspace();
    await directory.insert(notificationPreferences).values({ workspaceId: other.id, userId: dev, type: "audit.failed", inApp: false, email: true });
    await tell(eventsFor["audit.failed"]());
    expect([(await inboxOf(dev)).length, (await mailsTo(dev)).length]).toEqual([1, 0]);
  });
});

/** Rows of somebody's inbox, made at times (ms) after 1970. */
async function seedInbox(userId: string, times: readonly number[]): Promise<void> {
  const rows = times.map((time) => ({ id: newId("notification", time), time, event: newId("event") }));
  await env.DB.prepare(
    `INSERT INTO notifications SELECT value ->> 'id', ?, ?, 'member.role-changed', '{"role":"qa"}', value ->> 'time', NULL, value ->> 'event' FROM json_each(?)`,
  )
    .bind(own.id, userId, JSON.stringify(rows))
    .run();
}

describe("an inbox", () => {
  it("makes room for what is new once it is full, from its oldest on, and counts what is unread", async () => {
    await seedInbox(
      dev,
      Array.from({ length: mostKept + 2 }, (_, i) => at - 10_000 + i),
    );
    await seedInbox(own.userId, [1]);
    const { delivered } = await tell(eventsFor["audit.failed"]());
    const left = await inboxOf(dev);
    expect(left).toHaveLength(mostKept);
    expect(left[0]?.createdAt).toBe(at - 10_000 + 3);
    expect(left.at(-1)?.type).toBe("audit.failed");
    expect(await inboxOf(own.userId)).toHaveLength(1);
    await directory
      .update(notifications)
      .set({ readAt: at })
      .where(eq(notifications.id, left[5]?.id ?? ""));
    expect(delivered.map(({ userId }) => userId)).toEqual([dev]);
    expect((await tell(eventsFor["audit.failed"]())).delivered).toMatchObject([{ unread: mostKept - 1 }]);
  });

  it("forgets what is 90 days old, read or not, and nothing younger", async () => {
    const now = at + 90 * dayMs;
    await env.DB.prepare("DELETE FROM notifications").run();
    await seedInbox(dev, [at - 1, at, at + 1]);
    await directory
      .update(notifications)
      .set({ readAt: at })
      .where(eq(notifications.createdAt, at - 1));
    await cleanUp(now);
    expect((await inboxOf(dev)).map(({ createdAt }) => createdAt)).toEqual([at + 1]);
  });
});

describe("the e-mail of a notification", () => {
  const find = findNotificationMailWith({ directory, databaseOf: () => directory });
  async function stored(type: NotificationType) {
    const event = eventsFor[type]();
    await directory.insert(events).values({ ...event, createdAt: at, handledAt: at });
    return { kind: "notification", eventId: event.id, workspaceId: own.id, userId: readerOf(type) } as const;
  }

  it.each(notificationTypes)("says in both languages what %s is about, and where its reader can turn it off", async (type) => {
    const reader = readerOf(type);
    await prefer(reader, type, { inApp: false, email: true });
    await directory.update(users).set({ language: "es" }).where(eq(users.id, reader));
    const mail = await find(await stored(type));
    expect(mail).toMatchObject({ to: `${reader}@example.com`, reader: { language: "es", timeZone: "UTC" } });
    expect(mail?.says).toMatchObject({ kind: "notification", type, workspace: { id: own.id, name: "Test" } });
    const paths = {
      audit: `/api/v1/audits/${auditId}`,
      member: null,
      report: `/api/v1/reports/${reportId}/report.pdf?lang=es`,
      webhook: `/api/v1/webhooks/${webhookId}`,
    };
    expect(mail?.says).toMatchObject({ path: Object.entries(paths).find(([of]) => type.startsWith(`${of}.`))?.[1] });
  });

  it.each<{ outcome: string; happens: () => Promise<unknown> }>([
    {
      outcome: "wants no more of these",
      happens: () => directory.update(notificationPreferences).set({ email: false }).where(eq(notificationPreferences.userId, dev)),
    },
    { outcome: "left", happens: () => directory.delete(members).where(eq(members.userId, dev)) },
    { outcome: "was suspended", happens: () => directory.update(users).set({ suspendedAt: 1 }).where(eq(users.id, dev)) },
    { outcome: "would read of an audit that was deleted", happens: () => directory.update(audits).set({ deletedAt: 1 }).where(eq(audits.id, auditId)) },
    { outcome: "would read of an event that is gone", happens: () => directory.delete(events).where(eq(events.workspaceId, own.id)) },
  ])("is not sent any more to somebody who $outcome", async ({ happens }) => {
    await prefer(dev, "audit.failed", { inApp: true, email: true });
    const request = await stored("audit.failed");
    expect(await find(request)).not.toBeNull();
    await happens();
    expect(await find(request)).toBeNull();
  });
});
