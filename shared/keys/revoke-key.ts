import { and, eq, isNull, sql } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { apiKeys } from "../db/schema/index.ts";
import { AppError, type Context, commit, guarded, requirePermission } from "../platform/index.ts";
import { findKey } from "./queries.ts";
import { reachOf } from "./reach.ts";
import { requirePowerOver } from "./stored-key.ts";

/**
 * Ends a key for good, from its next request on; one that ended already stays as it is. The key that took its place works on.
 * @throws AppError `not_found`; `forbidden` for a key that is not the caller's to revoke
 */
export async function revokeKey(ctx: Context, prefix: string): Promise<void> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requirePowerOver(ctx, stored);
  const { id, workspaceId, createdBy, name, revokedAt } = stored.row;
  if (revokedAt !== null) return;
  const open = and(eq(apiKeys.id, id), eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt));
  const end = ctx.directory
    .update(apiKeys)
    .set({ revokedAt: ctx.now(), version: sql`${apiKeys.version} + 1` })
    .where(open);
  const before = { name, ...reachOf(stored.row) };
  try {
    await commit(ctx.directory, [
      ...guarded(ctx.directory, end),
      recordChange(ctx, ctx.directory, { action: "key.revoke", targetId: prefix, aboutUserId: createdBy, before }),
    ]);
  } catch (error) {
    // Somebody else revoked it at the same time, and is in the log.
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
  }
}
