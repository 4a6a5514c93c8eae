import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { apiKeys, audits, events, invitations, jobs, members, reports, usage, webhooks } from "../../../../../shared/db/schema/index.ts";
import { findEvent, newId, parseApiKey, type StoredEvent } from "../../../../../shared/platform/index.ts";
import { catalogue, present, subjectOfStored } from "../../../../../shared/webhooks/catalogue/catalogue.ts";
import { PublicEvent, type PublicEventType, publicEventTypes } from "../../../../../shared/webhooks/catalogue/public-event.ts";
import { type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { seedMember } from "../../../../helpers/worker/people.ts";
import { seedReport } from "../../../../helpers/worker/reports.ts";
import { seedWebhook } from "../../../../helpers/worker/webhooks.ts";

const db = directoryDatabase(env);
const deps = { db, directory: db };
const at = Date.UTC(2026, 10, 22, 9);
const day = "2026-11-22";
const origin = "https://example.com";

let own: SeededWorkspace;
beforeEach(async () => {
  own = await seedWorkspace();
});

type DataOf<T extends PublicEventType> = Extract<StoredEvent, { type: T }>["data"];

/** Something that happened: what is stored of it, what its data says, and what deletes what it tells of. */
interface Happened<T extends PublicEventType> {
  readonly stored: DataOf<T>;
  readonly says: object;
  readonly origin?: string;
  readonly delete: () => Promise<unknown>;
}

async function audit(values: Partial<typeof audits.$inferInsert> = {}) {
  const auditId = await seedAudit(own);
  await db
    .update(audits)
    .set({ discovered: 7, fetched: 5, failed: 2, tallies: { "title-missing": { version: 1, checked: 5, failing: 3 } }, ...values })
    .where(eq(audits.id, auditId));
  return { auditId, delete: () => db.update(audits).set({ deletedAt: 1 }).where(eq(audits.id, auditId)) };
}

const url = `${origin}/`;
const pages = { discovered: 7, fetched: 5, failed: 2 };
const finding = { url, origin, ruleId: "title-missing", severity: "error", category: "content", checked: 5, auditedBefore: false };

async function called(principalId: string) {
  await db.insert(usage).values({ workspaceId: own.id, day, principalId, userId: own.userId, requests: 9, errors: 0, limited: 2, audits: 0, updatedAt: at });
  return { stored: { principalId, day }, delete: () => db.delete(usage).where(eq(usage.workspaceId, own.id)) };
}

const happens: { readonly [T in PublicEventType]: () => Promise<Happened<T>> } = {
  "audit.started": async () => {
    const { auditId, ...rest } = await audit({ status: "running" });
    return { stored: { auditId }, says: { auditId, url, status: "running" }, origin, ...rest };
  },
  "audit.completed": async () => {
    const scores = { overall: 87, content: 60, links: null };
    const { auditId, ...rest } = await audit({ scores, counts: { error: 1, warning: 2, info: 3 } });
    const says = { auditId, url, status: "completed", pages, scores, counts: { error: 1, warning: 2, info: 3 } };
    return { stored: { auditId }, says: { ...says, reportPath: `/api/v1/audits/${auditId}/report.html` }, origin, ...rest };
  },
  "audit.failed": async () => {
    const { auditId, ...rest } = await audit({ status: "failed", errorCode: "start_not_reachable", errorMessage: "It did not answer." });
    const says = { auditId, url, status: "failed", pages, reason: "start_not_reachable", message: "It did not answer." };
    return { stored: { auditId, reason: "start_not_reachable" }, says, origin, ...rest };
  },
  "audit.cancelled": async () => {
    const { auditId, ...rest } = await audit({ status: "cancelled", startedAt: null });
    return { stored: { auditId }, says: { auditId, url, status: "cancelled", pages, startedAt: null }, origin, ...rest };
  },
  "audit.regressed": async () => {
    const worse = { ruleId: "title-missing", pages: 3, pagesBefore: 0, examples: Array.from({ length: 6 }, (_, i) => `${origin}/${i}`) };
    const [baseId, score] = [newId("audit"), { before: 90, now: 70 }];
    const regression = { baseId, baseFinishedAt: at - 9, confirmedAt: at + 9, score, rules: [worse, { ...worse, ruleId: "retired" }] };
    const { auditId, ...rest } = await audit({ finishedAt: at, regression });
    const said = { ...worse, title: expect.any(String), severity: "error", examples: worse.examples.slice(0, 5) };
    const says = { auditId, url, origin, baseId, rules: [said], scores: score, wellUntil: at - 9, foundAt: at, confirmedAt: at + 9 };
    return { stored: { auditId, baseId, origin }, says, origin, ...rest };
  },
  "finding.opened": async () => {
    const { auditId, ...rest } = await audit();
    return { stored: { auditId, ruleId: "title-missing", origin }, says: { ...finding, auditId, pages: 3, pagesBefore: 0 }, origin, ...rest };
  },
  "finding.fixed": async () => {
    const { auditId, ...rest } = await audit({ tallies: { "title-missing": { version: 1, checked: 5, failing: 0 } } });
    return { stored: { auditId, ruleId: "title-missing", origin }, says: { ...finding, auditId, pages: 0 }, origin, ...rest };
  },
  "report.ready": async () => {
    const reportId = await seedReport(own);
    const says = { reportId, projectId: null, siteCount: 0, audited: 0, sites: [], reportPath: `/api/v1/reports/${reportId}/report.pdf` };
    return { stored: { reportId }, says, delete: () => db.delete(reports).where(eq(reports.id, reportId)) };
  },
  "job.failed": async () => {
    const jobId = newId("job");
    const input = { auditId: newId("audit") };
    const times = { dueAt: at, createdAt: at, updatedAt: at };
    await db.insert(jobs).values({ id: jobId, workspaceId: own.id, type: "audit.purge", state: "failed", input, failures: 8, error: "secret", ...times });
    const stored = { jobId, jobType: "audit.purge" };
    return { stored, says: { ...stored, failures: 8, createdAt: at }, delete: () => db.delete(jobs).where(eq(jobs.id, jobId)) };
  },
  "limit.reached": async () => {
    const { prefix = "" } = parseApiKey(await seedKey(own)) ?? {};
    const principalId = (await db.query.apiKeys.findFirst({ where: eq(apiKeys.prefix, prefix) }))?.id ?? "";
    const says = { principalId, caller: "key", keyPrefix: prefix, userId: own.userId, day, requests: 9, limited: 2 };
    return { ...(await called(principalId)), says };
  },
  "user.invited": async () => {
    const id = newId("invitation");
    const row = { role: "qa", invitedBy: own.userId, expiresAt: at + 1 } as const;
    await db.insert(invitations).values({ id, workspaceId: own.id, email: "ada@example.com", createdAt: at, ...row });
    const stored = { invitationId: id, role: "qa", invitedBy: own.userId };
    return { stored, says: { invitationId: id, ...row }, delete: () => db.delete(invitations).where(eq(invitations.id, id)) };
  },
  "member.joined": async () => {
    const userId = await seedMember(own, { role: "qa" });
    const stored = { userId, invitedBy: own.userId };
    return { stored, says: { ...stored, role: "qa" }, delete: () => db.delete(members).where(eq(members.userId, userId)) };
  },
  "member.role-changed": async () => {
    const userId = await seedMember(own, { role: "dev" });
    const stored = { userId, role: "manager" };
    return { stored, says: stored, delete: () => db.delete(members).where(eq(members.userId, userId)) };
  },
  "webhook.failing": async () => {
    const webhookId = await seedWebhook(own, { name: null, shownUrl: "https://hooks.example/a?token=1" });
    const says = { webhookId, name: null, kind: "http", host: "hooks.example", since: at };
    return { stored: { webhookId, since: at }, says, delete: () => db.delete(webhooks).where(eq(webhooks.id, webhookId)) };
  },
  "webhook.disabled": async () => {
    const webhookId = await seedWebhook(own, { kind: "slack", shownUrl: "https://hooks.slack.com/…" });
    const says = { webhookId, name: "Hook", kind: "slack", host: "hooks.slack.com", reason: "gone" };
    return { stored: { webhookId, reason: "gone" }, says, delete: () => db.delete(webhooks).where(eq(webhooks.id, webhookId)) };
  },
};

/** A stored event of a workspace, with what it tells of. */
async function happened<T extends PublicEventType>(type: T) {
  const { stored, ...rest } = await happens[type]();
  const storedBy = async (workspaceId: string): Promise<StoredEvent> => {
    const id = newId("event");
    await db.insert(events).values({ id, workspaceId, type, data: stored, createdAt: at, handledAt: at });
    const event = await findEvent(db, id);
    if (event === null) throw new Error("the event is not there");
    return event;
  };
  return { ...rest, event: await storedBy(own.id), storedBy };
}

describe.each(publicEventTypes)("%s", (type) => {
  it("says what its schema asks for, and who it is about", async () => {
    const { event, says, origin: of = null } = await happened(type);
    const presented = await present(deps, event, at);
    expect(presented?.event).toEqual({ id: event.id, type, version: 1, timestamp: "2026-11-22T09:00:00.000Z", workspaceId: own.id, data: expect.anything() });
    expect(PublicEvent.parse(presented?.event)).toEqual(presented?.event);
    expect(presented?.event.data).toMatchObject(says);
    expect(catalogue[type].data.parse(presented?.event.data)).toEqual(presented?.event.data);
    expect([presented?.origin, presented?.subject]).toEqual([of, subjectOfStored(event)]);
  });

  it("tells nothing of what was deleted, nor of what is another workspace's", async () => {
    const { event, storedBy, delete: end } = await happened(type);
    expect(await present(deps, await storedBy((await seedWorkspace()).id), at)).toBeNull();
    await end();
    expect(await present(deps, event, at)).toBeNull();
  });

  it("names nobody, and holds nobody's address", async () => {
    const { event } = await happened(type);
    const told = JSON.stringify(await present(deps, event, at));
    for (const secret of ["@", "ada", "token=", "secret", "test-only"]) expect(told).not.toContain(secret);
  });
});

it("a limit of somebody who signed in names no key", async () => {
  const { stored } = await called(own.userId);
  const presented = await present(deps, { id: newId("event"), workspaceId: own.id, type: "limit.reached", data: stored }, at);
  expect(presented?.event.data).toMatchObject({ principalId: own.userId, caller: "session", keyPrefix: null });
});

it("what is not for other systems is presented to none", async () => {
  const event = { id: newId("event"), workspaceId: own.id, type: "audit.queued", data: { auditId: await seedAudit(own) } } as const;
  expect(await present(deps, event, at)).toBeNull();
});
