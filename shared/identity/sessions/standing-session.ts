import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { members, sessions, users, workspaces } from "../../db/schema/index.ts";
import type { Actor, Permission } from "../../platform/index.ts";
import { permissionsOf, type Role } from "../roles.ts";
import { isActive, requireStanding, standingColumns } from "../suspension/standing.ts";
import { refreshTokenMs } from "./refresh-token.ts";

// Of sessions that were let in before: whether they still would be, without their token.

/** A session that may act in a workspace. */
export interface StandingSession {
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  /** When the session is over unless it is refreshed, in ms. */
  readonly endsAt: number;
}

type Named = Pick<Actor, "id" | "userId"> & { readonly workspaceId: string };

/** What must hold of a session that is joined to a membership: what `authenticateMember` asks for beside the token. */
const isGood = (now: number): SQL | undefined => and(isNull(sessions.revokedAt), gt(sessions.expiresAt, now));

/**
 * Whether a session still lets its person act in a workspace, and as what; null when it does not.
 * @throws AppError `forbidden` when they or it are suspended
 */
export async function findStandingSession(directory: Database, { id, userId, workspaceId }: Named, now: number): Promise<StandingSession | null> {
  const [row] = await directory
    .select({ expiresAt: sessions.expiresAt, lastUsedAt: sessions.lastUsedAt, isOperator: users.isOperator, role: members.role, ...standingColumns })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(members, and(eq(members.userId, users.id), eq(members.workspaceId, workspaceId)))
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId), isGood(now)))
    .limit(1);
  if (row === undefined) return null;
  requireStanding(row);
  return { role: row.role, permissions: permissionsOf(row), endsAt: Math.min(row.expiresAt, row.lastUsedAt + refreshTokenMs) };
}

/** Those of these sessions that may not act in the workspace any more. One query; a few thousand ids at once are what it may be asked for. */
export async function findEndedSessions(directory: Database, workspaceId: string, ids: readonly string[], now: number): Promise<string[]> {
  const id = sql<string>`asked.value`;
  const standing = directory
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(members, and(eq(members.userId, users.id), eq(members.workspaceId, workspaceId)))
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(sessions.id, id), isGood(now), isActive));
  const rows = await directory
    .select({ id })
    .from(sql`json_each(${JSON.stringify(ids)}) as asked`)
    .where(sql`not exists ${standing}`);
  return rows.map((row) => row.id);
}
