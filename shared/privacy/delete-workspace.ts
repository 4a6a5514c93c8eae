import { and, eq, isNull } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { apiKeys, invitations, members, workspaces } from "../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, requirePermission } from "../platform/index.ts";
import { insertErasure } from "./insert-erasure.ts";
import type { DeleteWorkspaceInput } from "./schemas.ts";

/**
 * Deletes the workspace with everything in it. Everybody is out at once, and so are its keys and invitations; the rest follows in the background.
 * @throws AppError `forbidden` for an API key, `invalid` for another name than the workspace's
 */
export async function deleteWorkspace(ctx: Context, { name }: DeleteWorkspaceInput): Promise<void> {
  requirePermission(ctx, "workspace:delete");
  const { directory: db, workspaceId, actor, now } = ctx;
  if (actor.kind === "key") throw new AppError("forbidden", "An API key cannot delete its workspace. Sign in as one of its admins.");
  const workspace = await db.query.workspaces.findFirst({ columns: { name: true }, where: eq(workspaces.id, workspaceId) });
  if (workspace?.name !== name) throw wrongName();
  const self = and(eq(members.workspaceId, workspaceId), eq(members.userId, actor.userId));
  await commitOr(
    db,
    [
      // Of two who delete it at once, the second is no member any more.
      ...guarded(db, db.delete(members).where(self)),
      db.delete(members).where(eq(members.workspaceId, workspaceId)),
      db
        .update(apiKeys)
        .set({ revokedAt: now() })
        .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt))),
      db
        .update(invitations)
        .set({ revokedAt: now() })
        .where(and(eq(invitations.workspaceId, workspaceId), isNull(invitations.acceptedAt), isNull(invitations.revokedAt))),
      // By id alone, and in the log of the installation: the workspace's own goes with it.
      recordChange(ctx, db, { action: "workspace.delete", targetId: workspaceId, workspaceId: installationId }),
      ...insertErasure(ctx, { type: "workspace.erase", input: { workspaceId } }),
    ],
    async () => new AppError("conflict", "Somebody else deleted this workspace, or took you out of it, at the same moment."),
  );
}

function wrongName(): AppError {
  const message = "This is not the name of the workspace. Give it exactly, so that no other one is meant.";
  return new AppError("invalid", message, { errors: [{ path: "body.name", message }] });
}
