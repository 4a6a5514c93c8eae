import { and, eq, isNull } from "drizzle-orm";
import type { AuditStatus } from "../../audits/index.ts";
import type { Database } from "../../db/client.ts";
import { audits } from "../../db/schema/index.ts";
import type { EventType, StoredEvent } from "../../platform/index.ts";
import type { Live, Publication } from "../live.ts";
import type { LiveEvent } from "../messages.ts";
import type { Topic } from "../topics.ts";

interface TellDeps {
  /** The database that holds the workspace's own things. */
  readonly db: Database;
  readonly now: () => number;
}

type Told = Pick<Publication, "topic" | "event">;
type Tell<T extends EventType> = (event: Extract<StoredEvent, { type: T }>, db: Database) => Promise<readonly Told[]>;

const nobody = async (): Promise<readonly Told[]> => [];

/** Who is told what of each event. */
const tells: { readonly [T in EventType]: Tell<T> } = {
  "audit.queued": (event, db) => whileIs("queued", event, db),
  "audit.started": (event, db) => whileIs("running", event, db),
  "audit.completed": async ({ data }) => ofAudit(data.auditId, "completed"),
  "audit.failed": async ({ data }) => ofAudit(data.auditId, "failed"),
  "audit.cancelled": async ({ data }) => ofAudit(data.auditId, "cancelled"),
  "audit.deleted": async ({ data }) => ofAudit(data.auditId, "deleted"),
  "audit.regressed": nobody,
  "broadcast.created": nobody,
  "broadcast.ended": nobody,
  "confirmation.ended": nobody,
  "finding.opened": nobody,
  "finding.fixed": nobody,
  "job.failed": nobody,
  "limit.reached": nobody,
  "report.ready": nobody,
  "schedule.due": nobody,
  "user.invited": nobody,
  "webhook.changed": nobody,
  "webhook.failing": nobody,
  "webhook.disabled": nobody,
  "member.joined": async ({ data }) => ofMember(data.userId),
  "member.role-changed": async ({ data }) => ofMember(data.userId),
  "workspace.resharded": nobody,
  "workspace.suspended": nobody,
};

/** What an event is told as. Each bears the key of the event: one that is handled twice is told once, where a log is kept. */
export async function publicationsOf({ db, now }: TellDeps, event: StoredEvent): Promise<Publication[]> {
  return (await tellsOf(event, db)).map((told) => ({ ...told, at: now(), key: event.id }));
}

/** Publishes one after the other, so that they arrive in this order. Throws what the first one threw that failed, without the rest. */
export async function publishAll(live: Pick<Live, "publish">, workspaceId: string, publications: readonly Publication[]): Promise<void> {
  for (const publication of publications) await live.publish(workspaceId, publication);
}

function tellsOf<T extends EventType>(event: Extract<StoredEvent, { type: T }>, db: Database): Promise<readonly Told[]> {
  const type: T = event.type;
  return tells[type](event, db);
}

function ofAudit(auditId: string, status: AuditStatus | "deleted"): Told[] {
  const event: LiveEvent = { type: "audit.changed", auditId, status };
  const topics: readonly Topic[] = ["workspace", `audit:${auditId}`];
  return topics.map((topic) => ({ topic, event }));
}

const ofMember = (userId: string): Told[] => [{ topic: "workspace", event: { type: "member.changed", userId } }];

type OfAudit = Extract<StoredEvent, { type: "audit.queued" | "audit.started" }>;

/** Events arrive in any order: that an audit is queued or runs is told only while it is so, and never of a second look at another. What it is now, an event of its own tells. */
async function whileIs(status: AuditStatus, { workspaceId, data: { auditId } }: OfAudit, db: Database): Promise<readonly Told[]> {
  const where = and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt), isNull(audits.confirmsId));
  const [row] = await db.select({ status: audits.status }).from(audits).where(where);
  return row?.status === status ? ofAudit(auditId, status) : [];
}
