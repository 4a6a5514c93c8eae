import { and, eq, gt, isNull, or } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { apiKeys, members } from "../../db/schema/index.ts";
import { type Context, requirePermission, type Statement } from "../../platform/index.ts";
import { findMember } from "./list-members.ts";
import { commitSparing, requirePowerOver, spareable } from "./powers.ts";

/**
 * Ends a membership, and with it the API keys that the member made in this workspace: coming back does not revive them.
 * Everybody may end their own; other people's need power over their role.
 * @throws AppError `not_found`; `conflict` for the last admin
 */
export async function removeMember(ctx: Context, userId: string): Promise<void> {
  requirePermission(ctx, "members:read");
  const member = await findMember(ctx, userId);
  if (!isLeaving(ctx, userId)) requirePowerOver(ctx, member.role);
  const { directory } = ctx;
  await commitSparing(
    ctx,
    member,
    directory.delete(members).where(spareable(ctx, member)),
    recordChange(ctx, directory, { action: "member.remove", targetId: userId, before: { role: member.role }, aboutUserId: userId }),
    ...(await revokeKeys(ctx, userId)),
  );
}

/** A key that may only read must not be able to take its maker out of the workspace: leaving is for the person. */
function isLeaving({ actor }: Context, userId: string): boolean {
  return actor.kind === "session" && actor.userId === userId;
}

/** Revokes every key of the member, and tells of each that still worked. */
async function revokeKeys(ctx: Context, userId: string): Promise<Statement[]> {
  const { directory, workspaceId } = ctx;
  const at = ctx.now();
  const theirs = and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.createdBy, userId), isNull(apiKeys.revokedAt));
  const working = await directory
    .select({ id: apiKeys.id, prefix: apiKeys.prefix })
    .from(apiKeys)
    .where(and(theirs, or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at))));
  return [
    directory.update(apiKeys).set({ revokedAt: at }).where(theirs),
    ...working.map(({ id, prefix }) => recordChange(ctx, directory, { action: "key.revoke", targetId: id, before: { prefix } })),
  ];
}
