import { and, eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { members, users } from "../../db/schema/index.ts";

/**
 * What these people call themselves, by their ids; empty until they said so. Only of those who are in the workspace: how somebody who left is called
 * since is none of its business.
 */
export async function findMemberNames(directory: Database, workspaceId: string, userIds: readonly string[]): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await directory
    .select({ id: users.id, name: users.name })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), isOneOf(members.userId, userIds)));
  return new Map(rows.map(({ id, name }) => [id, name.trim()]));
}
