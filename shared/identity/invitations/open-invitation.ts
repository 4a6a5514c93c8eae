import { and, eq } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database } from "../../db/client.ts";
import { invitations, users, workspaces } from "../../db/schema/index.ts";
import { guarded, type Statement, type VisitorContext } from "../../platform/index.ts";
import { findOneTimeToken, notGood, useOneTimeToken } from "../one-time-tokens.ts";
import { requireActiveWorkspace } from "../suspension/standing.ts";
import { conditions } from "./queries.ts";

type Asking = Pick<VisitorContext, "directory" | "now">;
export type OpenInvitation = Awaited<ReturnType<typeof findOpenInvitation>>;

/** An open invitation at a time (ms), with who sends it to which workspace, and the account that has its address already, if there is one. */
export async function readOpenInvitation(db: Database, id: string, at: number) {
  const inviter = alias(users, "inviter");
  const [found] = await db
    .select({
      id: invitations.id,
      workspaceId: workspaces.id,
      workspaceName: workspaces.name,
      workspaceLanguage: workspaces.language,
      workspaceSuspendedAt: workspaces.suspendedAt,
      timeZone: workspaces.timeZone,
      email: invitations.email,
      role: invitations.role,
      invitedBy: invitations.invitedBy,
      expiresAt: invitations.expiresAt,
      inviterName: inviter.name,
      inviterEmail: inviter.email,
      accountId: users.id,
      accountLanguage: users.language,
    })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .innerJoin(inviter, eq(inviter.id, invitations.invitedBy))
    .leftJoin(users, eq(users.email, invitations.email))
    .where(and(eq(invitations.id, id), conditions.open(at)))
    .limit(1);
  return found;
}

/**
 * The invitation that a token lets somebody accept; `accountId` is the user who has its address already, if anybody has.
 * @throws AppError `gone`, with the same words for a token that is no good and an invitation that was accepted, revoked or is too old; `forbidden` while the
 *   workspace is suspended
 */
export async function findOpenInvitation(ctx: Asking, token: string) {
  const { subjectId, email, hash } = await findOneTimeToken(ctx, "accept-invitation", token);
  const found = await readOpenInvitation(ctx.directory, subjectId, ctx.now());
  if (found === undefined || found.email !== email) throw notGood();
  requireActiveWorkspace(found.workspaceSuspendedAt);
  return { ...found, hash };
}

/** Uses an invitation and its token up; of two who do it at once, one wins, and nobody wins against a revocation. */
export function useInvitation(ctx: Asking, { id, hash }: Pick<OpenInvitation, "id" | "hash">): Statement[] {
  const { directory, now } = ctx;
  const accept = directory
    .update(invitations)
    .set({ acceptedAt: now() })
    .where(and(eq(invitations.id, id), conditions.open(now())));
  return [...guarded(directory, useOneTimeToken(ctx, hash)), ...guarded(directory, accept)];
}
