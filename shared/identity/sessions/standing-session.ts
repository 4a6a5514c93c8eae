import { and, eq, gt, isNull, type SQL } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
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

const columns = { expiresAt: sessions.expiresAt, lastUsedAt: sessions.lastUsedAt, isOperator: users.isOperator, role: members.role };
interface Row {
  readonly expiresAt: number;
  readonly lastUsedAt: number;
  readonly isOperator: boolean;
  readonly role: Role;
}

const toStanding = (row: Row): StandingSession => ({
  role: row.role,
  permissions: permissionsOf(row),
  endsAt: Math.min(row.expiresAt, row.lastUsedAt + refreshTokenMs),
});

/**
 * Whether a session still lets its person act in a workspace, and as what; null when it does not.
 * @throws AppError `forbidden` when they or it are suspended
 */
export async function findStandingSession(directory: Database, { id, userId, workspaceId }: Named, now: number): Promise<StandingSession | null> {
  const [row] = await directory
    .select({ ...columns, ...standingColumns })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(members, and(eq(members.userId, users.id), eq(members.workspaceId, workspaceId)))
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId), isGood(now)))
    .limit(1);
  if (row === undefined) return null;
  requireStanding(row);
  return toStanding(row);
}

/** Of these sessions, those that may act in the workspace, and as what. One query; a few thousand ids at once are what it may be asked for. */
export async function findStandingSessions(
  directory: Database,
  workspaceId: string,
  ids: readonly string[],
  now: number,
): Promise<(StandingSession & Pick<Actor, "id">)[]> {
  const rows = await directory
    .select({ id: sessions.id, ...columns })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(members, and(eq(members.userId, users.id), eq(members.workspaceId, workspaceId)))
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(isOneOf(sessions.id, ids), isGood(now), isActive));
  return rows.map((row) => ({ id: row.id, ...toStanding(row) }));
}
