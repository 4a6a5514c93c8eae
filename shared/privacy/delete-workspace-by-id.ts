import { notExists } from "drizzle-orm";
import { AppError, type Context, commitAsOperator, refuseWhere, requirePermission, requireVersion } from "../platform/index.ts";
import { endWorkspace, findLiving, membersOf, whyNotEnded } from "./end-workspace.ts";

/**
 * Deletes a workspace as `deleteWorkspace` does, for an operator who need not be in it. The one that they are in takes its name.
 * @throws AppError `not_found` also for one that is deleted already, `conflict` for the operator's own, `precondition_failed` when it is at another version
 */
export async function deleteWorkspaceById(ctx: Context, workspaceId: string, ifVersion?: number): Promise<void> {
  requirePermission(ctx, "operations:write");
  if (ctx.workspaceId === workspaceId)
    throw new AppError("conflict", "You are in this workspace. Delete it at DELETE /api/v1/workspace, which takes its name.");
  const workspace = await findLiving(ctx, workspaceId);
  if (workspace === undefined) throw new AppError("not_found", "There is no such workspace.");
  requireVersion(workspace, ifVersion);
  ctx.rightsChanges.push({ workspaceId, userId: null, actorId: null });
  await commitAsOperator(
    ctx,
    ctx.directory,
    // Of two who delete it at once, the second finds nobody in it.
    [refuseWhere(ctx.directory, notExists(membersOf(ctx, workspaceId))), ...endWorkspace(ctx, workspaceId, ifVersion)],
    () => whyNotEnded(ctx, workspaceId, { ifVersion, gone: "Somebody else deleted this workspace at the same moment." }),
  );
}
