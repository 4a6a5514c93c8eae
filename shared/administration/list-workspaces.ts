import { and, desc, eq, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { audits, members, workspaces } from "../db/schema/index.ts";
import { AppError, type Context, decodeCursor, Id, pageOf, requirePermission } from "../platform/index.ts";
import type { ListWorkspacesQuery, State, WorkspaceEntry, WorkspaceEntryList } from "./schemas.ts";

/** The workspaces of the installation, newest first. */
export async function listWorkspaces(
  ctx: Context,
  databases: readonly Database[],
  { limit, cursor, q, state }: ListWorkspacesQuery,
): Promise<WorkspaceEntryList> {
  requirePermission(ctx, "operations:read");
  const which = and(
    cursor === undefined ? undefined : lt(workspaces.id, decodeCursor(cursor, Id("workspace"))),
    q === undefined ? undefined : beginsWith(workspaces.name, q),
    state === undefined ? undefined : isIn(workspaces.suspendedAt, state),
  );
  const { items, ...rest } = pageOf(await selectWorkspaces(ctx, which, limit + 1), limit, ({ id }) => id);
  return { items: await withAudits(databases, items), ...rest };
}

/** @throws AppError `not_found` */
export async function readWorkspaceEntry({ directory }: Pick<Context, "directory">, databases: readonly Database[], id: string): Promise<WorkspaceEntry> {
  const [entry] = await withAudits(databases, await selectWorkspaces({ directory }, eq(workspaces.id, id), 1));
  if (entry === undefined) throw new AppError("not_found", "There is no such workspace.");
  return entry;
}

/** A condition of a list: whether somebody or something with this `suspendedAt` is active or suspended. */
export const isIn = (suspendedAt: SQLiteColumn, state: State): SQL => (state === "active" ? isNull : isNotNull)(suspendedAt);

/** Not LIKE, whose patterns D1 keeps short, and in which some characters mean others. */
const beginsWith = (column: SQLiteColumn, text: string): SQL => sql`substr(${column}, 1, length(${text})) = ${text} collate nocase`;

type Entry = Omit<WorkspaceEntry, "unfinishedAudits">;

function selectWorkspaces({ directory }: Pick<Context, "directory">, which: SQL | undefined, limit: number): Promise<Entry[]> {
  const { id, name, liveShards, suspendedAt, createdAt } = workspaces;
  return directory
    .select({ id, name, members: directory.$count(members, eq(members.workspaceId, id)), liveShards, suspendedAt, createdAt })
    .from(workspaces)
    .where(which)
    .orderBy(desc(id))
    .limit(limit);
}

/** Literal as in the index `audits_unfinished`: SQLite does not use a partial index for values that are bound later. */
const isUnfinished = sql`${audits.status} in ('queued', 'running')`;

/** One query for each database, whatever the number of workspaces: what is under way is in an index of its own. */
async function withAudits(databases: readonly Database[], entries: readonly Entry[]): Promise<WorkspaceEntry[]> {
  const ids = entries.map(({ id }) => id);
  const count = (db: Database) =>
    db
      .select({ id: audits.workspaceId, audits: sql<number>`count(*)` })
      .from(audits)
      // The plus keeps SQLite from the index of workspaces, which has all of their audits.
      .where(and(isUnfinished, isOneOf(sql`+${audits.workspaceId}`, ids), isNull(audits.deletedAt), isNull(audits.confirmsId)))
      .groupBy(audits.workspaceId);
  const counted = new Map((await Promise.all(databases.map(count))).flat().map((row) => [row.id, row.audits]));
  return entries.map((entry) => ({ ...entry, unfinishedAudits: counted.get(entry.id) ?? 0 }));
}
