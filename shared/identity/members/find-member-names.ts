import { and, eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { members, users } from "../../db/schema/index.ts";

interface Addressed {
  /** Empty until they said one. */
  readonly name: string;
  readonly email: string;
}

/** What these people call themselves, by their ids; empty until they said so. Of whom: as `findMemberAddresses`. */
export async function findMemberNames(directory: Database, workspaceId: string, userIds: readonly string[]): Promise<Map<string, string>> {
  const found = await findMemberAddresses(directory, workspaceId, userIds);
  return new Map([...found].map(([id, { name }]) => [id, name]));
}

/**
 * The names and e-mail addresses of these people, by their ids. Only of those who are in the workspace: how somebody who left is called since is none of
 * its business.
 */
export async function findMemberAddresses(directory: Database, workspaceId: string, userIds: readonly string[]): Promise<Map<string, Addressed>> {
  if (userIds.length === 0) return new Map();
  const rows = await directory
    .select({ id: users.id, name: users.name, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), isOneOf(members.userId, userIds)));
  return new Map(rows.map(({ id, name, email }) => [id, { name: name.trim(), email }]));
}
