import { and, asc, eq, exists, isNull, ne, notExists, type SQL, sql } from "drizzle-orm";
import { alias, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../../db/client.ts";
import { members, users, workspaces } from "../../db/schema/index.ts";
import { AppError, refuseWhere, type Statement, type VisitorContext } from "../../platform/index.ts";

// A workspace keeps an admin who may act, whoever leaves it and in whatever way. Only operators may take that from it: they suspend people.

/** Whether a workspace has an admin beside this person who is not suspended. The statement itself looks, so that it holds also when two admins go at once. */
export const hasOtherAdmin = (db: Database, workspaceId: string | SQLiteColumn, userId: string): SQL => exists(otherAdmins(db, workspaceId, userId));

function otherAdmins(db: Database, workspaceId: string | SQLiteColumn, userId: string) {
  const other = alias(members, "other");
  const account = alias(users, "other_account");
  return db
    .select({ userId: other.userId })
    .from(other)
    .innerJoin(account, eq(account.id, other.userId))
    .where(and(eq(other.workspaceId, workspaceId), eq(other.role, "admin"), ne(other.userId, userId), isNull(account.suspendedAt)));
}

/** What the last admin of a workspace is told. */
export const lastAdmin = (workspace = "the workspace"): AppError =>
  new AppError(
    "conflict",
    `This is the last admin of ${workspace}, and a workspace needs one who is not suspended. Give somebody else the role admin first, or delete the workspace.`,
  );

/** Workspaces of which somebody is the one admin. */
function aloneIn(db: Database, userId: string) {
  return db
    .select({ id: workspaces.id, name: workspaces.name })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(members.userId, userId), eq(members.role, "admin"), notExists(otherAdmins(db, members.workspaceId, userId))));
}

/** As many workspaces as are named; there may be more. */
const named = 10;

type Asking = Pick<VisitorContext, "directory">;

/** @throws AppError `conflict` with the names of the workspaces of which somebody is the last admin */
export async function refuseLastAdmin({ directory }: Asking, userId: string): Promise<void> {
  const alone = await aloneIn(directory, userId).orderBy(asc(workspaces.id)).limit(named);
  if (alone.length > 0) throw lastAdmin(alone.map(({ id, name }) => `${name} (${id})`).join(", "));
}

/** Aborts its batch, as `guarded` does, where somebody became the last admin since it was looked. */
export const requireOtherAdmins = ({ directory }: Asking, userId: string): Statement => refuseWhere(directory, sql`exists ${aloneIn(directory, userId)}`);
