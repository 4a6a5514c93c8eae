import { and, asc, eq, gt, type SQL } from "drizzle-orm";
import { members, users } from "../../db/schema/index.ts";
import { AppError, type Context, decodeCursor, Id, pageOf, requirePermission } from "../../platform/index.ts";
import type { ListMembersQuery, Member, MemberList } from "./schemas.ts";

/** The members of the workspace, or those with one role, in the order in which they came to this installation. */
export async function listMembers(ctx: Context, { limit, cursor, role }: ListMembersQuery): Promise<MemberList> {
  requirePermission(ctx, "members:read");
  const after = cursor === undefined ? undefined : gt(members.userId, decodeCursor(cursor, Id("user")));
  const which = and(after, role === undefined ? undefined : eq(members.role, role));
  return pageOf(await selectMembers(ctx, which, limit + 1), limit, ({ userId }) => userId);
}

/** @throws AppError `not_found` also for somebody who is in other workspaces only */
export async function findMember(ctx: Context, userId: string): Promise<Member> {
  const [found] = await selectMembers(ctx, eq(members.userId, userId), 1);
  if (found === undefined) throw new AppError("not_found", "There is no such member.");
  return found;
}

function selectMembers({ directory, workspaceId }: Context, which: SQL | undefined, limit: number): Promise<Member[]> {
  return directory
    .select({ userId: members.userId, name: users.name, email: users.email, role: members.role, joinedAt: members.createdAt })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), which))
    .orderBy(asc(members.userId))
    .limit(limit);
}
