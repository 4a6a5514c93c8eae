import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { directoryDatabase } from "../../../shared/db/client.ts";
import {
  attempts,
  auditPages,
  audits,
  broadcasts,
  events,
  idempotency,
  jobs,
  mutes,
  notifications,
  oneTimeTokens,
  refreshTokens,
  reports,
  scheduleRuns,
  sessions,
  usage,
} from "../../../shared/db/schema/index.ts";
import { dayAt, dayMs, newId } from "../../../shared/platform/index.ts";
import { type SeededWorkspace, seedAudit } from "./api.ts";
import { seedAttempt, seedDelivery, seedWebhook } from "./webhooks.ts";

// For each kind of what is kept for a time, how one is stored whose time counts from a moment.

const db = directoryDatabase(env);
const monthMs = 30 * dayMs;

interface Seed {
  /** How long it is kept; of what workspaces decide, with the settings that `keepAll` makes. */
  readonly keptMs: number;
  /** Stores one whose time counts from that moment (ms since 1970), and answers with its id in the table below. */
  readonly make: (of: SeededWorkspace, since: number) => Promise<string>;
  /** Ids of all that are there. */
  readonly left: () => Promise<string[]>;
}

/** Columns of a table, by SQL: what is left of a kind is asked without the code that deletes it. */
const idsBy = (query: string) => async () => (await env.DB.prepare(query).all<{ id: string }>()).results.map(({ id }) => id);

async function seedJob(since: number, state: "succeeded" | "failed"): Promise<string> {
  const id = newId("job");
  await db.insert(jobs).values({ id, workspaceId: "wsp_a", type: "audit.purge", input: {}, state, dueAt: since, createdAt: since - 9, updatedAt: since });
  return id;
}

async function seedPast(of: SeededWorkspace, finishedAt: number): Promise<string> {
  const id = await seedAudit(of);
  await db
    .update(audits)
    .set({ status: "completed", createdAt: finishedAt - 9, finishedAt })
    .where(eq(audits.id, id));
  return id;
}

const page = { url: "https://example.com/", outcome: "html", indexable: true, bytes: 1, ttfbMs: 1, totalMs: 1 } as const;

/** Stores so many pages of an audit. */
export async function seedPages(of: SeededWorkspace, auditId: string, count: number): Promise<void> {
  await db.insert(auditPages).values({ ...page, auditId, workspaceId: of.id, ordinal: 0 });
  await env.DB.prepare(
    "INSERT INTO audit_pages SELECT audit_id, value, workspace_id, url, status, outcome, title, depth, indexable, redirect_to, content_type, bytes, ttfb_ms, total_ms, error FROM audit_pages, (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?) SELECT value FROM n) WHERE audit_id = ? AND ordinal = 0 AND value < ?",
  )
    .bind(count, auditId, count)
    .run();
}

/** What workspaces decide: two days for audits, one for their pages, four for deliveries, three for reports. */
export async function keepAll({ id }: SeededWorkspace): Promise<void> {
  await env.DB.prepare(
    "UPDATE workspaces SET audit_retention_days = 2, page_retention_days = 1, delivery_retention_days = 4, report_retention_days = 3 WHERE id = ?",
  )
    .bind(id)
    .run();
}

export const keptSeeds: Readonly<Record<string, Seed>> = {
  "refresh-tokens": {
    keptMs: 0,
    make: async (_, expiresAt) => {
      const hash = newId("session");
      await db.insert(refreshTokens).values({ hash, sessionId: hash, generation: 0, createdAt: 1, expiresAt });
      return hash;
    },
    left: idsBy("SELECT hash AS id FROM refresh_tokens"),
  },
  sessions: {
    keptMs: monthMs,
    make: async ({ userId }, expiresAt) => {
      const id = newId("session");
      await db.insert(sessions).values({ id, userId, createdAt: 1, lastUsedAt: expiresAt, expiresAt });
      return id;
    },
    left: idsBy("SELECT id FROM sessions"),
  },
  "one-time-tokens": {
    keptMs: dayMs,
    make: async ({ userId }, expiresAt) => {
      const hash = newId("session");
      await db.insert(oneTimeTokens).values({ hash, purpose: "verify-email", subjectId: userId, email: "a@example.com", createdAt: 1, expiresAt });
      return hash;
    },
    left: idsBy("SELECT hash AS id FROM one_time_tokens"),
  },
  attempts: {
    keptMs: 2 * dayMs,
    make: async (_, since) => {
      const subject = `signInIp:${newId("session")}`;
      await db.insert(attempts).values({ subject, count: 1, since });
      return subject;
    },
    left: idsBy("SELECT subject AS id FROM attempts"),
  },
  idempotency: {
    keptMs: dayMs,
    make: async ({ id: workspaceId, userId }, createdAt) => {
      const keyHash = newId("session");
      await db
        .insert(idempotency)
        .values({ workspaceId, principalId: userId, route: "createAudit", keyHash, requestHash: "a", attempt: 1, leaseUntil: 1, createdAt });
      return keyHash;
    },
    left: idsBy("SELECT key_hash AS id FROM idempotency"),
  },
  events: {
    keptMs: monthMs,
    make: async ({ id: workspaceId }, handledAt) => {
      const id = newId("event");
      await db.insert(events).values({ id, workspaceId, type: "audit.started", data: { auditId: newId("audit") }, createdAt: 1, handledAt });
      return id;
    },
    left: idsBy("SELECT id FROM events"),
  },
  "jobs-succeeded": { keptMs: dayMs, make: (_, since) => seedJob(since, "succeeded"), left: idsBy("SELECT id FROM jobs WHERE state = 'succeeded'") },
  "jobs-failed": { keptMs: monthMs, make: (_, since) => seedJob(since, "failed"), left: idsBy("SELECT id FROM jobs WHERE state = 'failed'") },
  "schedule-runs": {
    keptMs: 90 * dayMs,
    make: async ({ id: workspaceId }, finishedAt) => {
      const id = newId("scheduleRun");
      await db
        .insert(scheduleRuns)
        .values({ id, workspaceId, scheduleId: id, occurrence: 1, cause: "time", state: "succeeded", createdAt: 1, startedAt: 1, finishedAt });
      return id;
    },
    left: idsBy("SELECT id FROM schedule_runs"),
  },
  usage: {
    keptMs: 400 * dayMs,
    make: async ({ id: workspaceId, userId }, dayOver) => {
      const principalId = newId("key");
      const counted = { requests: 1, errors: 0, limited: 0, audits: 0, updatedAt: 1 };
      // A day is over with its last millisecond.
      await db.insert(usage).values({ workspaceId, day: dayAt(dayOver - 1), principalId, userId, ...counted });
      return principalId;
    },
    left: idsBy("SELECT principal_id AS id FROM usage"),
  },
  notifications: {
    keptMs: 90 * dayMs,
    make: async ({ id: workspaceId, userId }, createdAt) => {
      const id = newId("notification");
      await db.insert(notifications).values({ id, workspaceId, userId, type: "member.joined", data: {}, createdAt, eventId: id });
      return id;
    },
    left: idsBy("SELECT id FROM notifications"),
  },
  broadcasts: {
    keptMs: monthMs,
    make: async ({ userId: createdBy }, expiresAt) => {
      const id = newId("broadcast");
      await db.insert(broadcasts).values({ id, message: "Hello", audience: "everyone", createdBy, createdAt: 1, expiresAt });
      return id;
    },
    left: idsBy("SELECT id FROM broadcasts"),
  },
  mutes: {
    keptMs: 365 * dayMs,
    make: async ({ id: workspaceId, userId: createdBy }, untilAt) => {
      const id = newId("mute");
      await db
        .insert(mutes)
        .values({ id, workspaceId, origin: "https://example.com", ruleId: "title-missing", reason: "Known", untilAt, createdBy, createdAt: 1 });
      return id;
    },
    left: idsBy("SELECT id FROM mutes"),
  },
  "webhook-attempts": {
    keptMs: 4 * dayMs,
    make: async (of, startedAt) => {
      const webhookId = await seedWebhook(of);
      const deliveryId = await seedDelivery(of, webhookId, { state: "pending", finishedAt: null });
      await seedAttempt(of, { webhookId, deliveryId, startedAt });
      return deliveryId;
    },
    left: idsBy("SELECT delivery_id AS id FROM webhook_attempts"),
  },
  "webhook-deliveries": {
    keptMs: 4 * dayMs,
    make: async (of, at) => seedDelivery(of, await seedWebhook(of), { at }),
    left: idsBy("SELECT id FROM webhook_deliveries WHERE state <> 'pending'"),
  },
  audits: { keptMs: 2 * dayMs, make: seedPast, left: idsBy("SELECT id FROM audits WHERE deleted_at IS NULL") },
  pages: {
    keptMs: dayMs,
    make: async (of, finishedAt) => {
      const id = await seedPast(of, finishedAt);
      await seedPages(of, id, 1);
      return id;
    },
    left: idsBy("SELECT id FROM audits WHERE facts_purged_at IS NULL AND EXISTS (SELECT 1 FROM audit_pages WHERE audit_id = id)"),
  },
  reports: {
    keptMs: 3 * dayMs,
    make: async ({ id: workspaceId, userId: createdBy }, createdAt) => {
      const id = newId("report");
      await db.insert(reports).values({ id, workspaceId, fromAt: 1, toAt: 2, state: "ready", content: {}, isSent: false, createdBy, createdAt });
      await env.STORE.put(`${workspaceId}/reports/${id}/en.pdf`, "a file");
      return id;
    },
    left: idsBy("SELECT id FROM reports"),
  },
};
