import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { apiKeys } from "../db/schema/index.ts";
import { revokeKeys } from "../identity/index.ts";
import { AppError, type Context, commit, guarded, requirePermission, requireVersion, versionClash } from "../platform/index.ts";
import { findKey } from "./queries.ts";
import { reachOf } from "./reach.ts";
import { requirePowerOver } from "./stored-key.ts";

/**
 * Ends a key for good, from its next request on; one that ended already stays as it is. The key that took its place works on.
 * `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `not_found`; `forbidden` for a key that is not the caller's to revoke; `precondition_failed` when it is at another version
 */
export async function revokeKey(ctx: Context, prefix: string, ifVersion?: number): Promise<void> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requirePowerOver(ctx, stored);
  const { id, workspaceId, createdBy, name, revokedAt } = stored.row;
  // Also of one that ended: whoever sends this again because no answer came may have left connections open.
  ctx.rightsChanges.push({ workspaceId, userId: createdBy, actorId: id });
  // Before the version, which its end raised: who sends this again because no answer came is told that it is done.
  if (revokedAt !== null) return;
  requireVersion(stored.row, ifVersion);
  const asSeen = ifVersion === undefined ? undefined : eq(apiKeys.version, ifVersion);
  const end = revokeKeys(ctx, and(eq(apiKeys.id, id), eq(apiKeys.workspaceId, workspaceId), asSeen));
  const before = { name, ...reachOf(stored.row) };
  try {
    await commit(ctx.directory, [
      ...guarded(ctx.directory, end),
      recordChange(ctx, ctx.directory, { action: "key.revoke", targetId: prefix, aboutUserId: createdBy, before }),
    ]);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "conflict")) throw error;
    // Either somebody else revoked it at the same time, and is in the log, or it is not what the caller saw any more.
    if (ifVersion !== undefined && (await findKey(ctx, prefix)).row.revokedAt === null) throw versionClash(ifVersion);
  }
}
