import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { eraseWorkspaceLog } from "../audit-log/index.ts";
import { type Crawls, eraseAudit } from "../audits/index.ts";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import {
  apiKeys,
  audits,
  broadcasts,
  events,
  idempotency,
  invitations,
  jobs,
  members,
  mutes,
  notificationPreferences,
  notifications,
  oneTimeTokens,
  projects,
  reports,
  sites,
  usage,
  webhooks,
  workspaces,
} from "../db/schema/index.ts";
import { eraseDeadLetters } from "../dead-letters/index.ts";
import { eraseAttempts } from "../identity/index.ts";
import type { JobExecutor } from "../jobs/index.ts";
import type { Limiters } from "../limits/index.ts";
import type { Live } from "../live/index.ts";
import { eraseMails } from "../mail/index.ts";
import type { OnlineTotals } from "../presence/index.ts";
import { eraseSchedules } from "../schedules/index.ts";
import { type Endpoints, eraseWebhook } from "../webhooks/index.ts";
import { eraseKeys } from "./erase-keys.ts";
import { type Step, takeStep } from "./steps.ts";

export interface EraseWorkspaceDeps {
  readonly databaseOf: (workspaceId: string) => Database;
  readonly crawls: Crawls;
  readonly limiters: Limiters;
  readonly endpoints: Pick<Endpoints, "clear">;
  readonly live: Pick<Live, "clear">;
  readonly totals: Pick<OnlineTotals, "forget">;
  readonly store: R2Bucket;
  readonly now: () => number;
}

/** What the steps share. */
interface Erasing extends EraseWorkspaceDeps {
  readonly workspaceId: string;
  readonly directory: Database;
  /** The database that holds the workspace's own things. */
  readonly db: Database;
}

/** The executor of `workspace.erase`: removes everything of a workspace that has no members any more, its own row last. */
export function eraseWorkspaceWith(deps: EraseWorkspaceDeps): JobExecutor<"workspace.erase"> {
  return async ({ db: directory, input: { workspaceId } }) => {
    const erasing = { ...deps, workspaceId, directory, db: deps.databaseOf(workspaceId) };
    return takeStep([
      // Before what they start.
      () => eraseSchedules(erasing.db, workspaceId, rowsPerSlice),
      // Before the rows that lead to their objects: audits, and events that tell of an audit whose row is gone.
      () => eraseAudits(erasing),
      () => eraseEvents(erasing),
      // Once no event of it is left that could be delivered.
      () => eraseWebhooks(erasing),
      ...ofDatabase(erasing),
      // Before the name of the workspace, by which its invitations are known among the e-mails.
      () => eraseInvitations(erasing),
      ...ofDirectory(erasing),
      () => eraseObjects(erasing),
      () => forgetConnections(erasing),
      async () => (await directory.delete(workspaces).where(eq(workspaces.id, workspaceId))).meta.changes,
    ]);
  };
}

const auditsPerSlice = 10;
/** Slices of the removal of audits within one of ours. */
const erasuresPerSlice = 20;

/** Audits under way are stopped first: then no crawl writes to the database any more, whatever it still finds. */
async function eraseAudits({ db, workspaceId, crawls, now }: Erasing): Promise<number> {
  const own = eq(audits.workspaceId, workspaceId);
  const hidden = { deletedAt: now(), sealedHeaders: null, status: sql`iif(${audits.status} in ('queued', 'running'), 'cancelled', ${audits.status})` };
  await db
    .update(audits)
    .set(hidden)
    .where(and(own, isNull(audits.deletedAt)));
  const some = await db.select({ id: audits.id }).from(audits).where(own).orderBy(asc(audits.id)).limit(auditsPerSlice);
  let erasures = 0;
  for (const { id: auditId } of some) {
    await crawls.clear(auditId);
    while ((await eraseAudit(db, workspaceId, auditId)) > 0) if (++erasures === erasuresPerSlice) return some.length;
  }
  return some.length;
}

const rowsPerSlice = 500;

/** What waits to be handled may be the last word of a crawl whose audit has no row any more. */
async function eraseEvents({ db, workspaceId, crawls }: Erasing): Promise<number> {
  const { id, data, handledAt } = events;
  const some = await db.select({ id, data, handledAt }).from(events).where(eq(events.workspaceId, workspaceId)).limit(rowsPerSlice);
  if (some.length === 0) return 0;
  const waiting = some.filter((event) => event.handledAt === null).flatMap((event) => auditOf(event.data));
  for (const auditId of new Set(waiting)) await crawls.clear(auditId);
  const handled = some.map((event) => event.id);
  await db.delete(events).where(isOneOf(id, handled));
  return some.length;
}

function auditOf(data: unknown): string[] {
  const auditId: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "auditId") : undefined;
  return typeof auditId === "string" ? [auditId] : [];
}

const webhooksPerSlice = 10;

/** Those that are there, and those that were deleted and whose removal is not done. */
async function eraseWebhooks({ db, endpoints, workspaceId }: Erasing): Promise<number> {
  const some = await db
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(eq(webhooks.workspaceId, workspaceId))
    .orderBy(asc(webhooks.id))
    .limit(webhooksPerSlice);
  const isPurge = and(eq(jobs.workspaceId, workspaceId), eq(jobs.type, "webhook.purge"));
  const deleted = await db
    .select({ id: sql<string>`json_extract(${jobs.input}, '$.webhookId')` })
    .from(jobs)
    .where(isPurge);
  let erased = 0;
  for (const { id } of [...some, ...deleted]) {
    erased += await eraseWebhook({ db, endpoints }, workspaceId, id);
    if (erased >= rowsPerSlice) break;
  }
  return erased;
}

type Owned = SQLiteTable & { readonly workspaceId: SQLiteColumn };

/** Some of a workspace's rows in a table that has nothing elsewhere hanging on it. */
const rowsOf = (db: Database, table: Owned, workspaceId: string): Step => {
  const some = sql`select rowid from ${table} where ${table.workspaceId} = ${workspaceId} limit ${rowsPerSlice}`;
  return async () => (await db.delete(table).where(sql`rowid in (${some})`)).meta.changes;
};

function ofDatabase({ db, store, workspaceId }: Erasing): Step[] {
  return [
    ...[jobs, mutes, reports, sites, projects, usage, idempotency].map((table) => rowsOf(db, table, workspaceId)),
    () => eraseWorkspaceLog(db, workspaceId, rowsPerSlice),
    () => eraseDeadLetters({ db, store }, { id: workspaceId, addresses: [], before: 0 }),
  ];
}

function ofDirectory(erasing: Erasing): Step[] {
  const { directory, workspaceId } = erasing;
  return [
    () => eraseKeys({ ...erasing, databases: [erasing.db] }, eq(apiKeys.workspaceId, workspaceId)),
    // Somebody accepted an invitation at the moment it was deleted.
    rowsOf(directory, members, workspaceId),
    rowsOf(directory, notifications, workspaceId),
    rowsOf(directory, notificationPreferences, workspaceId),
    () => eraseNotificationMails(erasing),
    () => eraseAttempts(erasing, "workspace", workspaceId),
    async () => (await directory.delete(broadcasts).where(eq(broadcasts.audience, `workspace:${workspaceId}`))).meta.changes,
  ];
}

/** With their links, and the e-mails that carry them. */
async function eraseInvitations({ directory, store, workspaceId }: Erasing): Promise<number> {
  const { id, email } = invitations;
  const some = await directory.select({ id, email }).from(invitations).where(eq(invitations.workspaceId, workspaceId)).limit(rowsPerSlice);
  if (some.length === 0) return 0;
  const workspace = await directory.query.workspaces.findFirst({ columns: { name: true }, where: eq(workspaces.id, workspaceId) });
  const invited = new Set(some.map((each) => each.email));
  if (workspace !== undefined) await eraseMails(store, ({ to, text }) => invited.has(to) && text.includes(workspace.name));
  const ids = some.map((each) => each.id);
  await directory.batch([
    directory.delete(oneTimeTokens).where(isOneOf(oneTimeTokens.subjectId, ids)),
    directory.delete(jobs).where(and(eq(jobs.type, "mail.send"), isOneOf(sql`json_extract(${jobs.input}, '$.invitationId')`, ids))),
    directory.delete(invitations).where(isOneOf(id, ids)),
  ]);
  return some.length;
}

/** Those that wait, and those in the mailbox of a development installation, which name the workspace by its id. */
async function eraseNotificationMails({ directory, store, workspaceId }: Erasing): Promise<number> {
  const waiting = and(eq(jobs.type, "mail.send"), sql`json_extract(${jobs.input}, '$.workspaceId') = ${workspaceId}`);
  const { meta } = await directory.delete(jobs).where(waiting);
  return meta.changes + (await eraseMails(store, ({ text }) => text.includes(workspaceId)));
}

/** The totals last: the objects of connections report there. */
async function forgetConnections({ live, totals, workspaceId }: Erasing): Promise<number> {
  await live.clear(workspaceId);
  await totals.forget(workspaceId);
  return 0;
}

/** The bucket deletes as many at once. */
const objectsPerSlice = 1_000;

async function eraseObjects({ store, workspaceId }: Erasing): Promise<number> {
  const { objects } = await store.list({ prefix: `${workspaceId}/`, limit: objectsPerSlice });
  const keys = objects.map(({ key }) => key);
  if (keys.length > 0) await store.delete(keys);
  return keys.length;
}
