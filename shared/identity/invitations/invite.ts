import { and, eq, lte, sql } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { invitations, workspaces } from "../../db/schema/index.ts";
import { keepAnswer } from "../../idempotency/index.ts";
import { AppError, type Context, commitOr, guarded, newId, recordDirectoryEvent, type Statement } from "../../platform/index.ts";
import { countAttempts } from "../attempts/count-attempt.ts";
import { requireMail } from "../mails/promised-mail.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { requirePowerOver } from "../members/powers.ts";
import { invitationMs, mayOpen, whyNotOpen } from "./may-invite.ts";
import { unsettled } from "./queries.ts";
import type { Invitation, InviteInput } from "./schemas.ts";

/**
 * Invites whoever reads an address to the workspace: accepts an e-mail with a link that is good for seven days. It takes the place of an
 * invitation that was never accepted in its time.
 * @throws AppError `conflict` for a member's address, for one that is invited already, when too many invitations are open, and when no e-mail
 *   can be sent; `rate_limited` when the address got, or the workspace sent, many e-mails lately
 */
export async function invite(ctx: Context, { email, role }: InviteInput): Promise<Invitation> {
  requirePowerOver(ctx, role);
  requireMail(ctx);
  const createdAt = ctx.now();
  const invitedBy = ctx.actor.userId;
  const invitation: Invitation = { id: newId("invitation", createdAt), email, role, status: "open", invitedBy, createdAt, expiresAt: createdAt + invitationMs };
  const refused = await whyNotOpen(ctx, invitation);
  if (refused !== undefined) throw refused;
  await countAttempts(ctx, [
    ["memberMailAddress", email],
    ["workspaceMail", ctx.workspaceId],
  ]);
  const { directory } = ctx;
  await commitOr(
    directory,
    [
      endExpired(ctx, invitation),
      ...guarded(directory, insertInvitation(ctx, invitation)),
      queueMail(ctx, { kind: "invitation", invitationId: invitation.id }),
      recordChange(ctx, directory, { action: "invitation.create", targetId: invitation.id, after: { email, role } }),
      recordDirectoryEvent(ctx, ctx.workspaceId, "user.invited", { invitationId: invitation.id, role, invitedBy }),
      ...(await keepAnswer(ctx, directory, invitation)),
    ],
    async () => (await whyNotOpen(ctx, invitation)) ?? new AppError("conflict", "Somebody else invites people at this moment. Try again."),
  );
  return invitation;
}

/** An open invitation of the address stays, so that the index refuses the new one. */
function endExpired({ directory, workspaceId }: Context, { email, createdAt }: Invitation): Statement {
  return directory
    .update(invitations)
    .set({ revokedAt: createdAt })
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.email, email), unsettled, lte(invitations.expiresAt, createdAt)));
}

/** Matches no row when the invitation may not be open. */
function insertInvitation(ctx: Context, invitation: Invitation): Statement {
  const { id, email, role, invitedBy, createdAt, expiresAt } = invitation;
  return ctx.directory.insert(invitations).select((query) =>
    query
      .select({
        id: sql`${id}`.as("id"),
        workspaceId: workspaces.id,
        email: sql`${email}`.as("email"),
        role: sql`${role}`.as("role"),
        invitedBy: sql`${invitedBy}`.as("invited_by"),
        createdAt: sql`${createdAt}`.as("created_at"),
        expiresAt: sql`${expiresAt}`.as("expires_at"),
        acceptedAt: sql`null`.as("accepted_at"),
        revokedAt: sql`null`.as("revoked_at"),
      })
      .from(workspaces)
      .where(and(eq(workspaces.id, ctx.workspaceId), mayOpen(ctx, invitation))),
  );
}
