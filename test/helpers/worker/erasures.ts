import { env } from "cloudflare:workers";
import { getTableName } from "drizzle-orm";
import { getTableConfig } from "drizzle-orm/sqlite-core";
import { expect, vi } from "vitest";
import { endpointsOf, liveOf, onlineTotalsOf } from "../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import * as schema from "../../../shared/db/schema/index.ts";
import { members, users } from "../../../shared/db/schema/index.ts";
import { subjectOf } from "../../../shared/identity/attempts/subject-of.ts";
import { sweepJobs } from "../../../shared/jobs/index.ts";
import { dayMs, newId } from "../../../shared/platform/index.ts";
import { objects, prefixes } from "../../../shared/privacy/inventory/places.ts";
import { tables } from "../../../shared/privacy/inventory/tables.ts";
import type { SeededWorkspace } from "./api.ts";
import { storeCanaries } from "./canaries.ts";
import { everything } from "./everything.ts";
import { arrivalOf, connect } from "./shard-sockets.ts";

type Values = Readonly<Record<string, unknown>>;

/** Stores a canary in every table that a workspace has rows in, and in the bucket; its texts begin with `canary`. Returns the id of the audit. */
export async function fillWorkspace({ id: workspaceId, userId }: SeededWorkspace, canary: string): Promise<string> {
  const auditId = newId("audit");
  const invitationId = newId("invitation");
  const projectId = newId("project");
  const audience = `workspace:${workspaceId}` as const;
  const broadcast = { id: newId("broadcast"), message: `${canary}-message`, audience, createdAt: 1, expiresAt: Date.now() + dayMs };
  const store = (name: keyof typeof tables, values: Values) => storeCanaries(tables[name].table, canary, values, tables[name].secret);
  await env.DB.prepare("UPDATE workspaces SET name = ? WHERE id = ?").bind(`${canary}-name`, workspaceId).run();
  await store("invitations", { id: invitationId, workspaceId, invitedBy: userId, acceptedAt: null, revokedAt: null });
  await store("oneTimeTokens", { subjectId: invitationId });
  await store("attempts", { subject: `workspaceMail:${workspaceId}` });
  await store("apiKeys", { id: newId("key"), workspaceId, createdBy: userId, scopes: [`${canary}-scope`], allowedIps: [`${canary}-ip`], limits: {} });
  await store("projects", { id: projectId, workspaceId });
  await store("sites", { id: newId("site"), workspaceId, projectId });
  await store("audits", { id: auditId, workspaceId, createdBy: userId, status: "completed", deletedAt: null, confirmsId: null });
  const reportId = newId("report");
  await store("reports", { id: reportId, workspaceId, projectId, createdBy: userId });
  await env.STORE.put(`${workspaceId}/reports/${reportId}/en.pdf`, canary);
  await store("auditPages", { auditId, ordinal: 1, workspaceId });
  await store("findings", { auditId, ordinal: 1, id: newId("finding"), workspaceId });
  await store("mutes", { id: newId("mute"), workspaceId, createdBy: userId });
  const scheduleId = newId("schedule");
  await store("schedules", { id: scheduleId, workspaceId, createdBy: userId, nextOccurrence: null, nextAt: null });
  await store("scheduleRuns", { id: newId("scheduleRun"), workspaceId, scheduleId, state: "succeeded" });
  await store("usage", { workspaceId, principalId: userId, userId, day: `${canary}-day` });
  await store("auditLog", { id: newId("logEntry"), workspaceId, seq: undefined, userId: newId("user"), aboutUserId: null });
  await store("auditSeals", { workspaceId, toSeq: 1, fromSeq: 1, marks: [] });
  await store("idempotency", { workspaceId });
  await store("broadcasts", broadcast);
  await store("events", { id: newId("event"), workspaceId });
  await store("notifications", { id: newId("notification"), workspaceId, userId });
  await store("notificationPreferences", { workspaceId, userId });
  const webhookId = newId("webhook");
  const deliveryId = newId("delivery");
  await store("webhooks", { id: webhookId, workspaceId, createdBy: userId });
  await store("webhookDeliveries", { id: deliveryId, workspaceId, webhookId });
  await store("webhookAttempts", { deliveryId, attempt: 1, workspaceId, webhookId });
  await store("webhookTickets", { webhookId, workspaceId, deliveryId });
  await scheduleDelivery(workspaceId, webhookId);
  // Of an endpoint that was deleted a moment ago.
  const deleted = { workspaceId, webhookId: newId("webhook"), deliveryId: newId("delivery") };
  await store("webhookDeliveries", { ...deleted, id: deleted.deliveryId });
  await store("webhookAttempts", { ...deleted, attempt: 1 });
  await store("webhookTickets", deleted);
  await store("jobs", { id: newId("job"), workspaceId, type: "webhook.purge", state: "failed", input: { webhookId: deleted.webhookId } });
  await store("jobs", { id: newId("job"), workspaceId, state: "failed" });
  await store("jobs", { id: newId("job"), workspaceId: "installation", type: "mail.send", state: "failed", input: { kind: "invitation", invitationId } });
  const notice = { kind: "notification", eventId: newId("event"), workspaceId, userId };
  await store("jobs", { id: newId("job"), workspaceId: "installation", type: "mail.send", state: "failed", input: notice });
  await store("parkedMessages", { id: newId("parked"), queue: "work", body: JSON.stringify({ workspaceId, canary }) });
  await env.STORE.put(`${workspaceId}/audit-log/head.json`, `{"hash":"${canary}"}`);
  await env.STORE.put(`dead-letters/work/${workspaceId}.json`, `{"workspaceId":"${workspaceId}","canary":"${canary}"}`);
  await env.STORE.put(`dead-letters-unreadable/work/${workspaceId}.json`, `{"workspaceId":"${workspaceId}","canary":"${canary}"`);
  await storeMail({ to: `${canary}-email`, text: `Join ${canary}-name` });
  await reportOnline(workspaceId);
  await connect(await arrivalOf({ id: workspaceId, userId }));
  await leave({ id: workspaceId, userId: newId("user") });
  const event = { type: "member.changed", userId: `${canary}-user` } as const;
  await liveOf(env).publish(workspaceId, { topic: "workspace", at: 1, event, key: `${canary}-key` });
  await liveOf(env).broadcast(workspaceId, broadcast);
  await storeMail({ to: `${userId}@example.com`, text: `The audit of ${canary} is done. Workspace: Shop (${workspaceId})` });
  return auditId;
}

/** An endpoint's object knows of a delivery that is not due for long. */
async function scheduleDelivery(workspaceId: string, webhookId: string): Promise<void> {
  const settings = { workspaceId, webhookId, version: 1, isEnabled: true, ordering: "none", throttle: null, concurrency: 1, afterUnknownMs: 0 } as const;
  const offer = { deliveryId: newId("delivery"), round: 0, subject: "audit:a", order: "1", attempts: 0, dueAt: Date.now() + dayMs };
  await endpointsOf(env).offer(settings, [offer]);
}

/** Somebody was connected until just now. */
async function leave(person: SeededWorkspace): Promise<void> {
  const socket = await connect(await arrivalOf(person));
  socket.close();
  await vi.waitFor(async () =>
    expect((await everything()).some(({ place, text }) => place === "OnlineUsers leaving" && text.includes(person.userId))).toBe(true),
  );
}

/** As one of the workspace's objects of connections does. */
async function reportOnline(workspaceId: string): Promise<void> {
  const at = Date.now();
  const connections = { desktop: 1, tablet: 0, mobile: 0, other: 0 };
  const traffic = { opened: 1, refused: 0, closed: {}, received: 0, sent: 1 };
  await onlineTotalsOf(env).report({
    workspaceId,
    shard: 0,
    generation: at,
    seq: 1,
    at,
    users: 1,
    active: 1,
    connections,
    integrations: 0,
    capacity: 100,
    traffic,
  });
}

let mails = 0;

/** An e-mail in the mailbox of a development installation. */
export async function storeMail({ to, text }: { to: string; text: string }): Promise<void> {
  mails += 1;
  const id = `0000000000001-${String(mails).padStart(8, "0")}`;
  await env.STORE.put(`dev-mail/${id}`, JSON.stringify({ id, sentAt: 1, to, subject: "Hello", text, html: text }));
}

/** Stores a canary wherever something of a person stands, beside what belongs to others. */
export async function fillPerson(userId: string, canary: string, { id: workspaceId }: Pick<SeededWorkspace, "id">): Promise<void> {
  const email = `${canary}@example.com`;
  const store = (name: keyof typeof tables, values: Values) => storeCanaries(tables[name].table, canary, values, tables[name].secret);
  await env.DB.prepare("UPDATE users SET name = ?, email = ? WHERE id = ?").bind(`${canary}-name`, email, userId).run();
  const sessionId = newId("session");
  await store("sessions", { id: sessionId, userId, revokedAt: null });
  await store("refreshTokens", { sessionId });
  await store("oneTimeTokens", { subjectId: newId("invitation"), email });
  await store("invitations", { id: newId("invitation"), workspaceId, email, invitedBy: newId("user"), acceptedAt: 1, revokedAt: null });
  const keyId = newId("key");
  await store("apiKeys", { id: keyId, workspaceId, createdBy: userId, scopes: ["audits:read"], allowedIps: [`${canary}-ip`], limits: {} });
  await store("idempotency", { workspaceId, principalId: keyId });
  await store("idempotency", { workspaceId, principalId: userId });
  const plain = { workspaceId, seq: undefined, action: "audit.create", actorKind: "session", actorId: "a", targetKind: "audit", requestId: "r" };
  // Salts are random, and there are digests of what was erased only.
  const salted = { clientSalt: "0".repeat(32), detailsSalt: "0".repeat(32), clientDigest: null, detailsDigest: null };
  const client = { ip: `${canary}-ip`, userAgent: `${canary}-userAgent` };
  const did = { ...salted, client, id: newId("logEntry"), targetId: "x", userId, aboutUserId: null, details: { after: { url: "https://example.com/" } } };
  await store("auditLog", { ...plain, ...did });
  await store("auditLog", {
    ...plain,
    ...did,
    id: newId("logEntry"),
    userId: newId("user"),
    client: null,
    aboutUserId: userId,
    details: { before: { name: canary } },
  });
  await store("auditLog", { ...plain, ...did, id: newId("logEntry"), userId: newId("user"), client: null, details: { after: { email } } });
  await store("jobs", { id: newId("job"), workspaceId: "installation", type: "mail.send", state: "failed", input: { kind: "reset-password", email } });
  await store("jobs", { id: newId("job"), workspaceId: "installation", type: "mail.send", state: "failed", input: { kind: "password-changed", userId } });
  await store("parkedMessages", { id: newId("parked"), queue: "work", body: "{}", errorMessage: `to ${email}` });
  await store("notifications", { id: newId("notification"), workspaceId, userId });
  await store("notificationPreferences", { workspaceId, userId });
  await leave({ id: workspaceId, userId });
  await liveOf(env).publish(workspaceId, { topic: "me", userId, at: 1, event: { type: "notification.read", unread: 1 }, key: canary });
  // Their work is the workspace's; only its day and its maker's id tell of them.
  const ended = { status: "completed", deletedAt: null, confirmsId: null };
  await storeCanaries(tables.audits.table, "work", { ...ended, id: newId("audit"), workspaceId, createdBy: userId });
  await storeCanaries(tables.mutes.table, "work", { id: newId("mute"), workspaceId, createdBy: userId });
  const unplanned = { builtIn: null, nextOccurrence: null, nextAt: null };
  await storeCanaries(tables.schedules.table, "work", { ...unplanned, id: newId("schedule"), workspaceId, createdBy: userId });
  await storeCanaries(tables.reports.table, "work", { id: newId("report"), workspaceId, createdBy: userId });
  const newcomer = { workspaceId, type: "member.joined", data: { userId } };
  await storeCanaries(tables.events.table, "work", { ...newcomer, id: newId("event") });
  await storeCanaries(tables.notifications.table, "work", { ...newcomer, id: newId("notification"), userId: newId("user"), eventId: newId("event") });
  await storeCanaries(tables.broadcasts.table, "work", { id: newId("broadcast"), createdBy: userId, audience: "everyone" });
  const webhook = { workspaceId, webhookId: newId("webhook"), deliveryId: newId("delivery") };
  await storeCanaries(tables.webhooks.table, "work", { workspaceId, id: webhook.webhookId, createdBy: userId });
  const told = { ...webhook, id: webhook.deliveryId, type: "member.joined", payload: JSON.stringify({ data: { userId } }) };
  await storeCanaries(tables.webhookDeliveries.table, "work", told);
  await storeCanaries(tables.webhookAttempts.table, "work", { ...webhook, attempt: 1, responseBody: `welcome, ${userId}` });
  await storeCanaries(tables.usage.table, "work", { workspaceId, principalId: userId, userId, day: "2026-11-21" });
  await env.STORE.put(`dead-letters/work/${userId}.json`, `{"userId":"${userId}","canary":"${canary}"}`);
  await env.STORE.put(`dead-letters-unreadable/work/${userId}.json`, `"${canary} ${userId}`);
  await storeMail({ to: email, text: "Your password was changed." });
  await storeMail({ to: "somebody@example.com", text: `${canary}-name (${email}) invites you` });
}

/**
 * Where `fillPerson`, and what the person did since, left nothing although the inventory says that something of a person may be there: tables,
 * beginnings of names in the bucket, and classes of objects.
 */
export async function placesWithoutPerson(userId: string, canary: string): Promise<string[]> {
  return placesWithout("withPerson", [canary, userId, await subjectOf("signInAddress", `${canary}@example.com`)]);
}

/** The same of a workspace and `fillWorkspace`. */
export async function placesWithoutWorkspace(workspaceId: string, canary: string): Promise<string[]> {
  return placesWithout("withWorkspace", [canary, workspaceId]);
}

async function placesWithout(whose: "withPerson" | "withWorkspace", texts: readonly string[]): Promise<string[]> {
  const kept = (await everything()).filter(({ place, text }) => texts.some((each) => `${place} ${text}`.includes(each)));
  const filled = kept.map(({ place }) => place.replace(/^wsp_\w+\//, "<workspaceId>/"));
  const named = [
    ...Object.values(tables).map((holding) => ({ name: getTableName(holding.table), holding, isIn: (place: string) => place === getTableName(holding.table) })),
    // Where all is kept there is nothing that an erasure could forget.
    ...Object.entries(prefixes)
      .filter(([, holding]) => holding[whose]?.does !== "keeps")
      .map(([name, holding]) => ({ name, holding, isIn: (place: string) => place.startsWith(name) })),
    ...Object.entries(objects).map(([name, holding]) => ({ name, holding, isIn: (place: string) => place.startsWith(`${name} `) })),
  ];
  return named.filter(({ holding, isIn }) => holding[whose] !== null && !filled.some((place) => isIn(place))).map(({ name }) => name);
}

/** A second admin of a workspace, so that the first one may go. */
export async function seedAdmin({ id: workspaceId }: Pick<SeededWorkspace, "id">): Promise<string> {
  const userId = newId("user");
  const db = directoryDatabase(env);
  await db.insert(users).values({ id: userId, email: `${userId}@example.com`, createdAt: 1 });
  await db.insert(members).values({ workspaceId, userId, role: "admin", createdAt: 1 });
  return userId;
}

/** Lets time pass until every erasure that was asked for is done, the second looks too. */
export async function untilErased(): Promise<void> {
  for (let looks = 0; looks < 400; looks++) {
    const open = await env.DB.prepare("SELECT count(*) AS n FROM jobs WHERE type LIKE '%.erase' AND state IN ('queued', 'running')").first<{ n: number }>();
    if (open?.n === 0) return;
    await env.DB.prepare("UPDATE jobs SET due_at = 0 WHERE state = 'queued'").run();
    // Not the whole cron, which has things to do with rows as old as those of these tests.
    await sweepJobs(directoryDatabase(env), env.WORK, Date.now());
    await scheduler.wait(100);
  }
  const left = await env.DB.prepare("SELECT * FROM jobs WHERE type LIKE '%.erase'").all();
  throw new Error(`the erasure did not end: ${JSON.stringify(left.results)}`);
}

/** The columns that the code knows, by the name of their table in the database. */
export const columnsInCode = new Map(Object.values(schema).map((table) => [getTableConfig(table).name, getTableConfig(table).columns.map(({ name }) => name)]));
