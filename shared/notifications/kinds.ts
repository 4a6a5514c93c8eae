import { and, eq, inArray, isNull, ne, notExists, or, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { Regression } from "../audits/index.ts";
import type { Database } from "../db/client.ts";
import { audits, members, webhooks } from "../db/schema/index.ts";
import { Role } from "../identity/index.ts";
import { Percent, type StoredEvent } from "../platform/index.ts";
import { findToldReport, sumsOf } from "../reports/index.ts";
import { type NotificationType, notificationTypes, type Said } from "./schemas.ts";

/** Where somebody is told. */
export interface Channels {
  readonly inApp: boolean;
  readonly email: boolean;
}

/** What to tell of an event, and which members of its workspace. */
export interface Telling {
  readonly said: Said;
  readonly who: SQL | undefined;
}

/** An event that people are told of. */
export type TellingEvent = Extract<StoredEvent, { type: NotificationType }>;
type EventOf<T extends NotificationType> = Extract<TellingEvent, { type: T }>;

interface Kind<T extends NotificationType> {
  /** For those who said nothing of it. */
  readonly usual: Channels;
  /** The same for admins and managers, where it is another. */
  readonly usualOfLeaders?: Channels;
  /** Null when there is nothing to tell (any more). `db` holds the workspace's own things. */
  readonly tell: (event: EventOf<T>, db: Database) => Promise<Telling | null>;
}

const admins = eq(members.role, "admin");

/**
 * What people are told of: to whom, where unless they say otherwise, and what. An audit has whoever started it waiting, or a program that fails
 * visibly, so that nobody wants an e-mail of each; that a site got worse, which was looked at twice, is why people have it audited; a report that is sent goes by
 * e-mail to those who answer for the sites, admins and managers, and waits in the inbox of everybody else; what becomes of one's own rights is rare, and must
 * not be missed, and so is an endpoint at which nothing arrives any more, of which nobody else would tell.
 */
const kinds: { readonly [T in NotificationType]: Kind<T> } = {
  "audit.completed": {
    usual: { inApp: true, email: false },
    tell: async ({ type, workspaceId, data: { auditId } }, db) => {
      const audit = await findAudit(db, workspaceId, auditId);
      return audit && { said: { type, data: { auditId, url: audit.url, score: overall(audit.scores) } }, who: eq(members.userId, audit.createdBy) };
    },
  },
  "audit.failed": {
    usual: { inApp: true, email: false },
    tell: async ({ type, workspaceId, data: { auditId } }, db) => {
      const audit = await findAudit(db, workspaceId, auditId);
      return audit && { said: { type, data: { auditId, url: audit.url } }, who: eq(members.userId, audit.createdBy) };
    },
  },
  "audit.regressed": {
    usual: { inApp: true, email: true },
    tell: async ({ type, workspaceId, data: { auditId } }, db) => {
      const audit = await findAudit(db, workspaceId, auditId);
      if (audit === null || audit.regression === null) return null;
      const { rules, score } = Regression.parse(audit.regression);
      const said = { type, data: { auditId, url: audit.url, problems: rules.length, scoreBefore: score.before, score: score.now } };
      return { said, who: starterOrLeaders(db, workspaceId, audit.createdBy) };
    },
  },
  "report.ready": {
    usual: { inApp: true, email: false },
    usualOfLeaders: { inApp: true, email: true },
    tell: async ({ type, workspaceId, data: { reportId } }, db) => {
      const told = await findToldReport(db, workspaceId, reportId);
      if (told === null) return null;
      const { sites, audited, better, worse } = sumsOf(told.content);
      return { said: { type, data: { reportId, sites, audited, better, worse } }, who: undefined };
    },
  },
  "member.joined": {
    usual: { inApp: true, email: false },
    tell: async ({ type, data: { userId, invitedBy } }) => ({
      said: { type, data: { userId } },
      who: and(or(admins, eq(members.userId, invitedBy)), ne(members.userId, userId)),
    }),
  },
  "member.role-changed": {
    usual: { inApp: true, email: true },
    tell: async ({ type, data: { userId, role } }) => ({ said: { type, data: { role: Role.parse(role) } }, who: eq(members.userId, userId) }),
  },
  "webhook.failing": {
    usual: { inApp: true, email: true },
    tell: async ({ type, workspaceId, data: { webhookId, since } }, db) => {
      const name = await findWebhookName(db, workspaceId, webhookId);
      return name === null ? null : { said: { type, data: { webhookId, name, since } }, who: admins };
    },
  },
  "webhook.disabled": {
    usual: { inApp: true, email: true },
    tell: async ({ type, workspaceId, data: { webhookId, reason } }, db) => {
      const name = await findWebhookName(db, workspaceId, webhookId);
      return name === null ? null : { said: { type, data: { webhookId, name, reason } }, who: admins };
    },
  },
};

/** What to tell of an event, and whom; null when there is nothing to tell (any more), as of an audit that was deleted. */
export function tellingOf<T extends NotificationType>(event: EventOf<T>, db: Database): Promise<Telling | null> {
  const type: T = event.type;
  return kinds[type].tell(event, db);
}

/** Where people are told of a type unless they say otherwise. */
export function usualChannels(type: NotificationType, role: Role): Channels {
  const { usual, usualOfLeaders = usual }: Pick<Kind<NotificationType>, "usual" | "usualOfLeaders"> = kinds[type];
  return role === "admin" || role === "manager" ? usualOfLeaders : usual;
}

const tells: ReadonlySet<string> = new Set(notificationTypes);
export const isTelling = (event: StoredEvent): event is TellingEvent => tells.has(event.type);

/** Of a key's audit `createdBy` is the key's maker. */
async function findAudit(
  db: Database,
  workspaceId: string,
  auditId: string,
): Promise<Pick<typeof audits.$inferSelect, "url" | "scores" | "regression" | "createdBy"> | null> {
  const found = await db.query.audits.findFirst({
    columns: { url: true, scores: true, regression: true, createdBy: true },
    where: and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt)),
  });
  return found ?? null;
}

/** Whoever started an audit; of one that no member did, such as those of Mentha's own schedules, the admins and managers. */
function starterOrLeaders(db: Database, workspaceId: string, createdBy: string): SQL | undefined {
  const starter = alias(members, "starter");
  const isMember = db
    .select({ userId: starter.userId })
    .from(starter)
    .where(and(eq(starter.workspaceId, workspaceId), eq(starter.userId, createdBy)));
  return or(eq(members.userId, createdBy), and(inArray(members.role, ["admin", "manager"]), notExists(isMember)));
}

/** What people call an endpoint, else its host: the rest of its address may be a credential. Null for one that was deleted. */
async function findWebhookName(db: Database, workspaceId: string, webhookId: string): Promise<string | null> {
  const where = and(eq(webhooks.id, webhookId), eq(webhooks.workspaceId, workspaceId));
  const row = await db.query.webhooks.findFirst({ where, columns: { name: true, shownUrl: true } });
  return row === undefined ? null : (row.name ?? new URL(row.shownUrl).host);
}

const Overall = z.object({ overall: Percent.nullable() }).nullable();

const overall = (scores: unknown): number | null => Overall.parse(scores)?.overall ?? null;
