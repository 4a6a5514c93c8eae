import { and, eq, isNull } from "drizzle-orm";
import { apiKeys } from "../db/schema/index.ts";
import { type Context, commit, requirePermission } from "../platform/index.ts";
import { findKey } from "./queries.ts";
import { requirePowerOver } from "./stored-key.ts";

/**
 * Ends a key for good, from its next request on; one that ended already stays as it is. The key that took its place works on.
 * @throws AppError `not_found`; `forbidden` for a key that is not the caller's to revoke
 */
export async function revokeKey(ctx: Context, prefix: string): Promise<void> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requirePowerOver(ctx, stored);
  const { id, workspaceId } = stored.row;
  const open = and(eq(apiKeys.id, id), eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt));
  await commit(ctx.directory, [ctx.directory.update(apiKeys).set({ revokedAt: ctx.now() }).where(open)]);
}
