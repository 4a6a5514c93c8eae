import { recordChange } from "../../audit-log/index.ts";
import { members } from "../../db/schema/index.ts";
import { type Context, recordDirectoryEvent, requirePermission } from "../../platform/index.ts";
import { findMember } from "./list-members.ts";
import { commitSparing, spareable } from "./powers.ts";
import type { ChangeRoleInput, Member } from "./schemas.ts";

/**
 * Gives a member another role. It counts from their next request on, also for their API keys.
 * @throws AppError `not_found`; `conflict` for the last admin
 */
export async function changeRole(ctx: Context, userId: string, { role }: ChangeRoleInput): Promise<Member> {
  requirePermission(ctx, "members:roles");
  const member = await findMember(ctx, userId);
  // Also where it was done before: whoever sends this again because no answer came may have left connections open.
  ctx.rightsChanges.push({ workspaceId: ctx.workspaceId, userId, actorId: null });
  if (member.role === role) return member;
  const { directory } = ctx;
  const before = { role: member.role };
  const entry = recordChange(ctx, directory, { action: "member.change-role", targetId: userId, before, after: { role }, aboutUserId: userId });
  const event = recordDirectoryEvent(ctx, ctx.workspaceId, "member.role-changed", { userId, role });
  await commitSparing(ctx, member, directory.update(members).set({ role }).where(spareable(ctx, member)), entry, event);
  return { ...member, role };
}
