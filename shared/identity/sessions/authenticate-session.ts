import { and, eq } from "drizzle-orm";
import { installationId } from "../../db/client.ts";
import { members, sessions, users, workspaces } from "../../db/schema/index.ts";
import { type Actor, AppError, type VisitorContext } from "../../platform/index.ts";
import { operatorPermissions, permissionsOf } from "../roles.ts";
import { requireActivePerson, requireActiveWorkspace, standingColumns } from "../suspension/standing.ts";
import { readAccessToken } from "./access-token.ts";

/** Who signed in. */
export interface Person {
  readonly userId: string;
  readonly sessionId: string;
}

/** Who acts, and in which workspace. */
export interface Principal {
  readonly actor: Actor;
  readonly workspaceId: string;
}

/**
 * Checks an access token. The database is asked every time: a session that ended, or a password that was changed, ends the token at once.
 * @throws AppError `unauthenticated`, with the same words whatever is wrong; `forbidden` for somebody who is suspended
 */
export async function authenticatePerson(visitor: VisitorContext, token: string): Promise<Person> {
  const { userId, sessionId } = await findSession(visitor, token, undefined);
  return { userId, sessionId };
}

/**
 * Checks an access token, as `authenticatePerson` does, and what the person is in a workspace: the one that is named, or the only one they are in.
 * @throws AppError `unauthenticated`; `bad_request` when several workspaces could be meant; `forbidden` in none, or not in the one named, and when
 *   they or it are suspended
 */
export async function authenticateMember(visitor: VisitorContext, token: string, workspaceId: string | undefined): Promise<Principal> {
  return asMember(await findSession(visitor, token, workspaceId), workspaceId);
}

/**
 * Checks an access token for what operators do, who need not be in a workspace: one who names none acts for the installation, and may do nothing in any
 * workspace. Everybody else, and who names one, is who `authenticateMember` says.
 * @throws AppError as `authenticateMember` does
 */
export async function authenticateOperator(visitor: VisitorContext, token: string, workspaceId: string | undefined): Promise<Principal> {
  const session = await findSession(visitor, token, workspaceId);
  if (workspaceId !== undefined || !session.isOperator) return asMember(session, workspaceId);
  return { actor: { kind: "session", id: session.sessionId, userId: session.userId, permissions: operatorPermissions }, workspaceId: installationId };
}

type FoundSession = Awaited<ReturnType<typeof findSession>>;

function asMember({ userId, sessionId, isOperator, memberships }: FoundSession, workspaceId: string | undefined): Principal {
  const [membership, another] = memberships;
  if (another !== undefined)
    throw new AppError("bad_request", "You belong to several workspaces. Name the one you mean in the header X-Workspace; GET /api/v1/me lists them.");
  if (membership === undefined) throw notMember(workspaceId);
  requireActiveWorkspace(membership.suspendedAt, { isOperator });
  return {
    actor: { kind: "session", id: sessionId, userId, permissions: permissionsOf({ role: membership.role, isOperator }) },
    workspaceId: membership.workspaceId,
  };
}

/** The same words for a workspace of others and for one that does not exist. */
export function notMember(workspaceId: string | undefined): AppError {
  const where = workspaceId === undefined ? "any workspace" : "the workspace that X-Workspace names";
  return new AppError("forbidden", `You do not belong to ${where}. An admin of a workspace can invite you.`);
}

/** A session that is still good, of somebody who is not suspended, with the memberships that matter: of the named workspace, or two at most of all. One query. */
async function findSession(visitor: VisitorContext, token: string, workspaceId: string | undefined) {
  const claims = await readAccessToken(visitor, token);
  if (claims === null) throw refusal();
  const ofWorkspace = workspaceId === undefined ? undefined : eq(members.workspaceId, workspaceId);
  const rows = await visitor.directory
    .select({
      expiresAt: sessions.expiresAt,
      revokedAt: sessions.revokedAt,
      version: users.tokenVersion,
      isOperator: users.isOperator,
      workspaceId: members.workspaceId,
      role: members.role,
      ...standingColumns,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(members, and(eq(members.userId, users.id), ofWorkspace))
    .leftJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(sessions.id, claims.sessionId), eq(sessions.userId, claims.userId)))
    .limit(2);
  const [session] = rows;
  if (session === undefined || session.revokedAt !== null || session.expiresAt <= visitor.now() || session.version !== claims.version) throw refusal();
  requireActivePerson(session.userSuspendedAt);
  const memberships = rows.flatMap(({ workspaceId: id, role, workspaceSuspendedAt: suspendedAt }) =>
    id === null || role === null ? [] : [{ workspaceId: id, role, suspendedAt }],
  );
  return { userId: claims.userId, sessionId: claims.sessionId, isOperator: session.isOperator, memberships };
}

function refusal(): AppError {
  return new AppError("unauthenticated", "This access token is not valid (any more). Refresh it at /api/v1/auth/refresh, or sign in again.");
}
