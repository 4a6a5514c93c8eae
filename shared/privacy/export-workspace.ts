import { and, asc, eq, getTableColumns, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { recordChange } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import {
  apiKeys,
  auditLog,
  auditPages,
  audits,
  findings,
  invitations,
  members,
  mutes,
  projects,
  reports,
  scheduleRuns,
  schedules,
  sites,
  usage,
  users,
  webhookAttempts,
  webhookDeliveries,
  webhooks,
  webhookTickets,
  workspaces,
} from "../db/schema/index.ts";
import { AppError, type Context, commit, requirePermission } from "../platform/index.ts";
import { type TableName, tables } from "./inventory/tables.ts";
import { paged, rowsPerPage } from "./paged.ts";

type Row = Readonly<Record<string, unknown>>;

/**
 * Everything of the workspace as lines of JSON, `{"table": …, "row": …}`, made while they are read, which can fail on the way. No secret is in it. The
 * log tells of it before anything is written.
 */
export async function exportWorkspace(ctx: Context): Promise<AsyncGenerator<string, void>> {
  requirePermission(ctx, "workspace:export");
  const { db, directory, workspaceId } = ctx;
  await commit(db, [recordChange(ctx, db, { action: "workspace.export", targetId: workspaceId })]);
  return write(await snapshotOf(directory), await snapshotOf(db), workspaceId);
}

/** A database as it was when the export began. */
interface Snapshot {
  readonly db: Database;
  /** The rowid of the last row of each table: rows that came later are not in the export. */
  readonly last: ReadonlyMap<TableName, number>;
}

const exported = [
  ...(["workspaces", "members", "invitations", "apiKeys"] as const),
  ...(["projects", "sites", "reports", "usage", "auditLog", "mutes", "audits", "auditPages", "findings"] as const),
  ...(["schedules", "scheduleRuns"] as const),
  ...(["webhooks", "webhookDeliveries", "webhookAttempts", "webhookTickets"] as const),
] satisfies readonly TableName[];

async function snapshotOf(db: Database): Promise<Snapshot> {
  const last = new Map<TableName, number>();
  for (const name of exported) {
    const [row] = await db.select({ rowid: sql<number | null>`max(rowid)` }).from(tables[name].table);
    last.set(name, row?.rowid ?? 0);
  }
  return { db, last };
}

async function* write(directory: Snapshot, db: Snapshot, workspaceId: string): AsyncGenerator<string, void> {
  yield* linesOf("workspaces", read(directory, "workspaces", eq(workspaces.id, workspaceId), [workspaces.id]));
  yield* linesOf("users", readPeople(directory, workspaceId));
  yield* linesOf("members", read(directory, "members", eq(members.workspaceId, workspaceId), [members.userId]));
  yield* linesOf("invitations", read(directory, "invitations", eq(invitations.workspaceId, workspaceId), [invitations.id]));
  yield* linesOf("apiKeys", read(directory, "apiKeys", eq(apiKeys.workspaceId, workspaceId), [apiKeys.id]));
  yield* linesOf("projects", read(db, "projects", eq(projects.workspaceId, workspaceId), [projects.id]));
  yield* linesOf("sites", read(db, "sites", eq(sites.workspaceId, workspaceId), [sites.projectId, sites.id]));
  yield* linesOf("mutes", read(db, "mutes", eq(mutes.workspaceId, workspaceId), [mutes.id]));
  yield* linesOf("reports", read(db, "reports", eq(reports.workspaceId, workspaceId), [reports.id]));
  yield* linesOf("usage", read(db, "usage", eq(usage.workspaceId, workspaceId), [usage.day, usage.principalId]));
  yield* linesOf("auditLog", read(db, "auditLog", eq(auditLog.workspaceId, workspaceId), [auditLog.seq]));
  yield* writeAudits(db, workspaceId);
  yield* writeSchedules(db, workspaceId);
  yield* writeWebhooks(db, workspaceId);
}

/** Each audit, followed by its pages and its findings, which no index leads to but its own. */
async function* writeAudits(db: Snapshot, workspaceId: string): AsyncGenerator<string, void> {
  const visible = and(eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt), isNull(audits.confirmsId));
  for await (const page of read(db, "audits", visible, [audits.id])) {
    for (const audit of page) {
      const auditId = String(audit.id);
      yield lineOf("audits", audit);
      yield* linesOf("auditPages", read(db, "auditPages", and(eq(auditPages.auditId, auditId), eq(auditPages.workspaceId, workspaceId)), [auditPages.ordinal]));
      yield* linesOf("findings", read(db, "findings", and(eq(findings.auditId, auditId), eq(findings.workspaceId, workspaceId)), [findings.ordinal]));
    }
  }
}

/** Each schedule, followed by its runs: no index leads to those by the workspace. */
async function* writeSchedules(db: Snapshot, workspaceId: string): AsyncGenerator<string, void> {
  for await (const page of read(db, "schedules", eq(schedules.workspaceId, workspaceId), [schedules.id])) {
    for (const schedule of page) {
      yield lineOf("schedules", schedule);
      const ofSchedule = eq(scheduleRuns.scheduleId, String(schedule.id));
      yield* linesOf("scheduleRuns", read(db, "scheduleRuns", ofSchedule, [scheduleRuns.occurrence, scheduleRuns.cause]));
    }
  }
}

/** Each endpoint, followed by its tickets and its deliveries, each of those by its attempts: no index leads to them by the workspace. */
async function* writeWebhooks(db: Snapshot, workspaceId: string): AsyncGenerator<string, void> {
  for await (const page of read(db, "webhooks", eq(webhooks.workspaceId, workspaceId), [webhooks.id])) {
    for (const webhook of page) {
      const webhookId = String(webhook.id);
      yield lineOf("webhooks", webhook);
      yield* linesOf("webhookTickets", read(db, "webhookTickets", eq(webhookTickets.webhookId, webhookId), [webhookTickets.subject]));
      for await (const deliveries of read(db, "webhookDeliveries", eq(webhookDeliveries.webhookId, webhookId), [webhookDeliveries.id])) {
        for (const delivery of deliveries) {
          yield lineOf("webhookDeliveries", delivery);
          const ofDelivery = eq(webhookAttempts.deliveryId, String(delivery.id));
          yield* linesOf("webhookAttempts", read(db, "webhookAttempts", ofDelivery, [webhookAttempts.attempt]));
        }
      }
    }
  }
}

const lineOf = (table: TableName, row: Row): string => `${JSON.stringify({ table, row })}\n`;

async function* linesOf(table: TableName, pages: AsyncGenerator<Row[], void>): AsyncGenerator<string, void> {
  for await (const page of pages) if (page.length > 0) yield page.map((row) => lineOf(table, row)).join("");
}

/** The rows of a table that are `which`, without what is secret. No two of them are the same in `order`, and an index has it. */
function read({ db, last: ends }: Snapshot, name: TableName, which: SQL | undefined, order: readonly SQLiteColumn[]): AsyncGenerator<Row[], void> {
  const { table, secret } = tables[name];
  const hidden: ReadonlySet<string> = new Set(secret);
  const columns = Object.entries<SQLiteColumn>(getTableColumns(table));
  const shown = Object.fromEntries(columns.filter(([column]) => !hidden.has(column)));
  const keys = order.map((column) => columns.find(([, each]) => each === column)?.[0] ?? missing(column));
  return paged<Row>((last) =>
    db
      .select(shown)
      .from(table)
      .where(
        and(
          which,
          lte(sql`${table}.rowid`, ends.get(name) ?? 0),
          last &&
            sql`(${sql.join([...order], sql`, `)}) > (${sql.join(
              keys.map((key) => sql`${last[key]}`),
              sql`, `,
            )})`,
        ),
      )
      .orderBy(...order.map((column) => asc(column)))
      .limit(rowsPerPage),
  );
}

function missing({ name }: SQLiteColumn): never {
  throw new AppError("internal", `The export is ordered by ${name}, which is not in its table.`);
}

/** Of a member, what other members see. */
function readPeople({ db, last: ends }: Snapshot, workspaceId: string): AsyncGenerator<Row[], void> {
  const { id, email, name } = users;
  return paged<{ id: string; email: string; name: string }>((last) =>
    db
      .select({ id, email, name })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(and(eq(members.workspaceId, workspaceId), lte(sql`${members}.rowid`, ends.get("members") ?? 0), last && sql`${members.userId} > ${last.id}`))
      .orderBy(asc(members.userId))
      .limit(rowsPerPage),
  );
}
