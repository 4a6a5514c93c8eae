import { eq, sql } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { members, users } from "../../db/schema/index.ts";
import { AppError, commitOr, type PersonContext, recordDirectoryEvent } from "../../platform/index.ts";
import type { Membership } from "../accounts/me-schemas.ts";
import type { TokenInput } from "../accounts/schemas.ts";
import { countGuess } from "../attempts/count-guess.ts";
import { findOpenInvitation, useInvitation } from "./open-invitation.ts";

/**
 * Makes somebody who signed in a member of the workspace that they are invited to. The token was sent to their address, which proves that.
 * @throws AppError `gone`, `forbidden` for the invitation of another address, `conflict` for a member
 */
export async function acceptInvitation(ctx: PersonContext, { token }: TokenInput): Promise<Membership> {
  const invitation = await countGuess(ctx, () => findOpenInvitation(ctx, token));
  const { directory: db, userId } = ctx;
  const { workspaceId, workspaceName, role, accountId, invitedBy } = invitation;
  if (accountId !== userId)
    throw new AppError("forbidden", "This invitation was sent to another e-mail address than that of your account. Sign in with the account that was invited.");
  const now = ctx.now();
  await commitOr(
    db,
    [
      ...useInvitation(ctx, invitation),
      db.insert(members).values({ workspaceId, userId, role, createdAt: now }),
      db
        .update(users)
        .set({ emailVerifiedAt: sql`ifnull(${users.emailVerifiedAt}, ${now})` })
        .where(eq(users.id, userId)),
      recordChange(ctx, db, { action: "invitation.accept", targetId: invitation.id, workspaceId, after: { userId, role }, aboutUserId: userId }),
      recordDirectoryEvent(ctx, workspaceId, "member.joined", { userId, invitedBy }),
    ],
    async () => {
      await findOpenInvitation(ctx, token);
      return new AppError("conflict", "You are a member of this workspace already.");
    },
  );
  return { id: workspaceId, name: workspaceName, role };
}
