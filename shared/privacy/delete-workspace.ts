import { and, eq } from "drizzle-orm";
import { members } from "../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, requirePermission, requireVersion } from "../platform/index.ts";
import { endWorkspace, findLiving, whyNotEnded } from "./end-workspace.ts";
import type { DeleteWorkspaceInput } from "./schemas.ts";

/**
 * Deletes the workspace with everything in it. Everybody is out at once, and so are its keys and invitations; the rest follows in the background.
 * `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `forbidden` for an API key, `precondition_failed` when it is at another version, `invalid` for another name than the workspace's
 */
export async function deleteWorkspace(ctx: Context, { name }: DeleteWorkspaceInput, ifVersion?: number): Promise<void> {
  requirePermission(ctx, "workspace:delete");
  const { directory: db, workspaceId, actor } = ctx;
  if (actor.kind === "key") throw new AppError("forbidden", "An API key cannot delete its workspace. Sign in as one of its admins.");
  const workspace = await findLiving(ctx, workspaceId);
  if (workspace !== undefined) requireVersion(workspace, ifVersion);
  if (workspace?.name !== name) throw wrongName();
  const self = and(eq(members.workspaceId, workspaceId), eq(members.userId, actor.userId));
  ctx.rightsChanges.push({ workspaceId, userId: null, actorId: null });
  await commitOr(
    db,
    // Of two who delete it at once, the second is no member any more.
    [...guarded(db, db.delete(members).where(self)), ...endWorkspace(ctx, workspaceId, ifVersion)],
    () => whyNotEnded(ctx, workspaceId, { ifVersion, gone: "Somebody else deleted this workspace, or took you out of it, at the same moment." }),
  );
}

function wrongName(): AppError {
  const message = "This is not the name of the workspace. Give it exactly, so that no other one is meant.";
  return new AppError("invalid", message, { errors: [{ path: "body.name", message }] });
}
