import { and, eq } from "drizzle-orm";
import { beforeAndAfter, recordChange } from "../../audit-log/index.ts";
import { workspaces } from "../../db/schema/index.ts";
import { type Context, commitOr, guarded, requirePermission, requireVersion, versionClash } from "../../platform/index.ts";
import { readWorkspace } from "./get-workspace.ts";
import type { UpdateWorkspaceInput, Workspace } from "./schemas.ts";

/**
 * Changes name and settings of the workspace, where they differ; what is left out stays. `ifVersion` is the version that the caller has seen, when it
 * must be that one.
 * @throws AppError `precondition_failed` when it is at another version; `conflict` when it was changed in the meantime
 */
export async function updateWorkspace(ctx: Context, input: UpdateWorkspaceInput, ifVersion?: number): Promise<Workspace> {
  requirePermission(ctx, "workspace:write");
  const { directory, workspaceId } = ctx;
  const stored = await readWorkspace(ctx);
  requireVersion(stored, ifVersion);
  const edit = beforeAndAfter(stored, input);
  if (edit === null) return stored;
  const changes = { ...edit.after, version: stored.version + 1 };
  const write = directory
    .update(workspaces)
    .set(changes)
    .where(and(eq(workspaces.id, workspaceId), eq(workspaces.version, stored.version)));
  const entry = recordChange(ctx, directory, { action: "workspace.update", targetId: workspaceId, ...edit });
  await commitOr(directory, [...guarded(directory, write), entry], async () => versionClash(ifVersion));
  return { ...stored, ...changes };
}
