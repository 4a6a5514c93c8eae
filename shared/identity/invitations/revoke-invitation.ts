import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { invitations } from "../../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, requirePermission } from "../../platform/index.ts";
import { requirePowerOver } from "../members/powers.ts";
import { revokeOneTimeTokens } from "../one-time-tokens.ts";
import { conditions, findInvitation, statusOf } from "./queries.ts";

/**
 * Takes an invitation back: its links end at once, and one that was not sent yet is not sent.
 * @throws AppError `not_found`; `conflict` when it is not open any more
 */
export async function revokeInvitation(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "members:write");
  const { role } = await findInvitation(ctx, id);
  requirePowerOver(ctx, role);
  const { directory, workspaceId, now } = ctx;
  const revoke = directory
    .update(invitations)
    .set({ revokedAt: now() })
    .where(and(eq(invitations.id, id), eq(invitations.workspaceId, workspaceId), conditions.open(now())));
  const entry = recordChange(ctx, directory, { action: "invitation.revoke", targetId: id, before: { status: "open" }, after: { status: "revoked" } });
  await commitOr(directory, [...guarded(directory, revoke), revokeOneTimeTokens(ctx, "accept-invitation", id), entry], async () => {
    const status = statusOf(await findInvitation(ctx, id), now());
    return new AppError("conflict", `This invitation is ${status}; there is nothing to revoke.`);
  });
}
