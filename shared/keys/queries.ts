import { and, eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { apiKeys, members, users, workspaces } from "../db/schema/index.ts";

/** A key as its check needs it; undefined when no key has this hash or its maker is no longer a member of its workspace. */
export async function findKeyByHash(db: Database, hash: string) {
  const [row] = await db
    .select({
      id: apiKeys.id,
      prefix: apiKeys.prefix,
      workspaceId: workspaces.id,
      userId: apiKeys.createdBy,
      scopes: apiKeys.scopes,
      allowedIps: apiKeys.allowedIps,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      lastUsedAt: apiKeys.lastUsedAt,
      isOperator: users.isOperator,
      role: members.role,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .innerJoin(members, and(eq(members.workspaceId, apiKeys.workspaceId), eq(members.userId, apiKeys.createdBy)))
    .where(eq(apiKeys.hash, hash))
    .limit(1);
  return row;
}
