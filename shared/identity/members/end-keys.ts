import { and, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { apiKeys } from "../../db/schema/index.ts";
import type { Statement, VisitorContext } from "../../platform/index.ts";

type Asking = Pick<VisitorContext, "directory" | "now">;
type Teller = Parameters<typeof recordChange>[0];

/** The statement that revokes those of these keys that are not revoked yet. As every change of a key it raises the version: who is editing one is refused. */
export function revokeKeys({ directory, now }: Asking, which: SQL | undefined) {
  return directory
    .update(apiKeys)
    .set({ revokedAt: now(), version: sql`${apiKeys.version} + 1` })
    .where(and(which, isNull(apiKeys.revokedAt)));
}

/**
 * The statements that revoke every key that somebody made, in one workspace or in all, and that tell the log of its workspace of each that still worked.
 * @param tellerOf who is said to have done it, in the log of a workspace
 */
export async function endKeysOf(
  ctx: Asking & Teller,
  { userId, workspaceId }: { readonly userId: string; readonly workspaceId?: string },
  tellerOf: (workspaceId: string) => Teller = () => ctx,
): Promise<Statement[]> {
  const { directory } = ctx;
  const theirs = and(eq(apiKeys.createdBy, userId), workspaceId === undefined ? undefined : eq(apiKeys.workspaceId, workspaceId));
  const { prefix, name, scopes, expiresAt, allowedIps, limits } = apiKeys;
  const working = await directory
    .select({ ofWorkspace: apiKeys.workspaceId, prefix, name, scopes, expiresAt, allowedIps, limits })
    .from(apiKeys)
    .where(and(theirs, isNull(apiKeys.revokedAt), or(isNull(expiresAt), gt(expiresAt, ctx.now()))));
  return [
    revokeKeys(ctx, theirs),
    ...working.map(({ ofWorkspace, prefix: targetId, ...before }) =>
      recordChange(tellerOf(ofWorkspace), directory, { action: "key.revoke", targetId, aboutUserId: userId, before, workspaceId: ofWorkspace }),
    ),
  ];
}
