import { members, workspaces } from "../../db/schema/index.ts";
import { type Context, commit, newId, requirePermission } from "../../platform/index.ts";
import { readWorkspace } from "./get-workspace.ts";
import type { CreateWorkspaceInput, Workspace } from "./schemas.ts";

/** Another workspace of this installation, with the operator who makes it as its first admin. */
export async function createWorkspace(ctx: Context, input: CreateWorkspaceInput): Promise<Workspace> {
  requirePermission(ctx, "operations:write");
  const { directory, actor } = ctx;
  const createdAt = ctx.now();
  const id = newId("workspace", createdAt);
  await commit(directory, [
    directory.insert(workspaces).values({ ...input, id, createdAt }),
    directory.insert(members).values({ workspaceId: id, userId: actor.userId, role: "admin", createdAt }),
  ]);
  return readWorkspace({ directory, workspaceId: id });
}
