import { eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { apiKeys, users, workspaces } from "../db/schema/index.ts";

/** A key as its check needs it; undefined when no key has this hash or its creator or workspace is gone. */
export async function findKeyByHash(db: Database, hash: string) {
  const [row] = await db
    .select({
      id: apiKeys.id,
      workspaceId: workspaces.id,
      scopes: apiKeys.scopes,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      isOperator: users.isOperator,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .where(eq(apiKeys.hash, hash))
    .limit(1);
  return row;
}
