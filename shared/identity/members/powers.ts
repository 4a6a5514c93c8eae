import { and, eq, ne, or, type SQL } from "drizzle-orm";
import { members } from "../../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, type Permission, requirePermission, type Statement } from "../../platform/index.ts";
import type { Role } from "../roles.ts";
import { hasOtherAdmin, lastAdmin } from "./last-admin.ts";
import { findMember } from "./list-members.ts";
import type { Member } from "./schemas.ts";

/** What it takes to invite and to remove somebody of a role. Roles that have power over people are admins' business. */
const neededFor: Readonly<Record<Role, Permission>> = {
  admin: "members:roles",
  manager: "members:roles",
  qa: "members:write",
  dev: "members:write",
};

/** @throws AppError `forbidden` when the caller may not let in or send away people of this role */
export function requirePowerOver(ctx: Context, role: Role): void {
  requirePermission(ctx, "members:write");
  requirePermission(ctx, neededFor[role]);
}

/**
 * The row of a member who still is what they were when they were read, and whom the workspace can spare: it keeps an admin, also when two admins
 * take each other's role at once.
 */
export function spareable({ directory, workspaceId }: Context, { userId, role }: Member): SQL | undefined {
  const canBeSpared = or(ne(members.role, "admin"), hasOtherAdmin(directory, workspaceId, userId));
  return and(eq(members.workspaceId, workspaceId), eq(members.userId, userId), eq(members.role, role), canBeSpared);
}

/**
 * Commits a write to a row that is `spareable`, and what goes with it.
 * @throws AppError `conflict`, which says so when this is the last admin
 */
export async function commitSparing(ctx: Context, member: Member, write: Statement, ...more: readonly Statement[]): Promise<void> {
  await commitOr(ctx.directory, [...guarded(ctx.directory, write), ...more], async () => {
    const { role } = await findMember(ctx, member.userId);
    if (role !== member.role) return new AppError("conflict", `Somebody else gave this member the role ${role} in the meantime. Look again.`);
    return lastAdmin();
  });
}
