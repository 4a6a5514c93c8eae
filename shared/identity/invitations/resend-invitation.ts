import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { invitations } from "../../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, requirePermission } from "../../platform/index.ts";
import { countAttempts } from "../attempts/count-attempt.ts";
import { requireMail } from "../mails/promised-mail.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { requirePowerOver } from "../members/powers.ts";
import { revokeOneTimeTokens } from "../one-time-tokens.ts";
import { invitationMs, mayOpen, whyNotOpen } from "./may-invite.ts";
import { findInvitation, statusOf, toInvitation, unsettled } from "./queries.ts";
import type { Invitation } from "./schemas.ts";

/**
 * Sends an invitation again, also one whose time is over: its seven days begin anew, and the links that were sent before end.
 * @throws AppError `not_found`; `conflict` for one that was accepted, revoked or replaced, and for the reasons of `invite`; `rate_limited`
 */
export async function resendInvitation(ctx: Context, id: string): Promise<Invitation> {
  requirePermission(ctx, "members:write");
  const row = await findInvitation(ctx, id);
  requirePowerOver(ctx, row.role);
  requireMail(ctx);
  const refused = await whyNotResend(ctx, id);
  if (refused !== undefined) throw refused;
  await countAttempts(ctx, [
    ["memberMailAddress", row.email],
    ["workspaceMail", ctx.workspaceId],
  ]);
  const { directory, workspaceId, now } = ctx;
  const expiresAt = now() + invitationMs;
  const reopen = directory
    .update(invitations)
    .set({ expiresAt })
    .where(and(eq(invitations.id, id), eq(invitations.workspaceId, workspaceId), unsettled, mayOpen(ctx, row)));
  await commitOr(
    directory,
    [
      ...guarded(directory, reopen),
      revokeOneTimeTokens(ctx, "accept-invitation", id),
      queueMail(ctx, { kind: "invitation", invitationId: id }),
      recordChange(ctx, directory, { action: "invitation.resend", targetId: id, after: { expiresAt } }),
    ],
    async () => (await whyNotResend(ctx, id)) ?? new AppError("conflict", "Somebody else invites people at this moment. Try again."),
  );
  return toInvitation({ ...row, expiresAt }, now());
}

async function whyNotResend(ctx: Context, id: string): Promise<AppError | undefined> {
  const row = await findInvitation(ctx, id);
  if (row.acceptedAt === null && row.revokedAt === null) return whyNotOpen(ctx, row);
  const status = statusOf(row, ctx.now());
  const how = status === "expired" ? "expired, and a newer one took its place" : `was ${status}`;
  return new AppError("conflict", `This invitation ${how}; it cannot be sent again.`);
}
