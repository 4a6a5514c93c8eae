import { and, eq, gt, isNull } from "drizzle-orm";
import { sessions, users } from "../db/schema/index.ts";
import { endEverySession, recordAccountChange } from "../identity/index.ts";
import { closeInWith, findWorkspacesOf, type Live } from "../live/index.ts";
import { AppError, type Context, commitAsOperator, requirePermission } from "../platform/index.ts";
import type { Disconnected, DisconnectInput } from "./schemas.ts";

/**
 * Closes somebody's live connections in all of their workspaces, for an operator, and ends their sessions too if that is wanted; without it they may
 * connect again at once. It is in the log before the first connection is closed.
 * @throws AppError `not_found`, `unavailable` when not all could be reached: doing it again does the rest
 */
export async function disconnectUser(
  ctx: Context,
  live: Pick<Live, "close">,
  userId: string,
  { revokeSessions = false }: DisconnectInput,
): Promise<Disconnected> {
  requirePermission(ctx, "operations:write");
  const { directory: db } = ctx;
  await requireUser(ctx, userId);
  const ended = revokeSessions ? await countSessions(ctx, userId) : 0;
  const workspaceIds = await findWorkspacesOf(db, userId);
  // Should not all of them hear it below: whose sessions ended has no socket either.
  if (revokeSessions) ctx.rightsChanges.push({ workspaceId: null, userId, actorId: null });
  await commitAsOperator(
    ctx,
    db,
    [
      ...(revokeSessions ? endEverySession(ctx, userId) : []),
      recordAccountChange(ctx, userId, { action: "user.disconnect", after: { revokeSessions, workspaces: workspaceIds.length } }),
    ],
    async () => unknownUser(),
  );
  const connections = await closeInWith(live)(workspaceIds, { reason: "disconnected", userId, actorId: null }).catch(notAll);
  return { connections, sessions: ended };
}

async function requireUser({ directory }: Context, userId: string): Promise<void> {
  const user = await directory.query.users.findFirst({ columns: { id: true }, where: eq(users.id, userId) });
  if (user === undefined) throw unknownUser();
}

const countSessions = ({ directory, now }: Context, userId: string): Promise<number> =>
  directory.$count(sessions, and(eq(sessions.userId, userId), isNull(sessions.revokedAt), gt(sessions.expiresAt, now())));

function notAll(cause: unknown): never {
  throw new AppError("unavailable", "Not all of their connections could be closed. Do it again.", { cause });
}

const unknownUser = (): AppError => new AppError("not_found", "There is no such user.");
