import { recordChange } from "../../audit-log/index.ts";
import { members } from "../../db/schema/index.ts";
import { type Context, requirePermission } from "../../platform/index.ts";
import { endInboxOf } from "./end-inbox.ts";
import { endKeysOf } from "./end-keys.ts";
import { findMember } from "./list-members.ts";
import { commitSparing, requirePowerOver, spareable } from "./powers.ts";

/**
 * Ends a membership, and with it the API keys that the member made in this workspace, and their inbox: coming back does not revive them.
 * Everybody may end their own; other people's need power over their role.
 * @throws AppError `not_found`; `conflict` for the last admin
 */
export async function removeMember(ctx: Context, userId: string): Promise<void> {
  requirePermission(ctx, "members:read");
  const member = await findMember(ctx, userId);
  if (!isLeaving(ctx, userId)) requirePowerOver(ctx, member.role);
  const { directory } = ctx;
  ctx.rightsChanges.push({ workspaceId: ctx.workspaceId, userId, actorId: null });
  await commitSparing(
    ctx,
    member,
    directory.delete(members).where(spareable(ctx, member)),
    recordChange(ctx, directory, { action: "member.remove", targetId: userId, before: { role: member.role }, aboutUserId: userId }),
    ...endInboxOf(ctx, userId, [ctx.workspaceId]),
    ...(await endKeysOf(ctx, { userId, workspaceId: ctx.workspaceId })),
  );
}

/** A key that may only read must not be able to take its maker out of the workspace: leaving is for the person. */
function isLeaving({ actor }: Context, userId: string): boolean {
  return actor.kind === "session" && actor.userId === userId;
}
