import { eq } from "drizzle-orm";
import { workspaces } from "../../db/schema/index.ts";
import { type Context, commit, requirePermission } from "../../platform/index.ts";
import { readWorkspace } from "./get-workspace.ts";
import type { UpdateWorkspaceInput, Workspace } from "./schemas.ts";

/** Changes name and settings of the workspace; what is left out stays. */
export async function updateWorkspace(ctx: Context, { name, language, timeZone, auditRetentionDays }: UpdateWorkspaceInput): Promise<Workspace> {
  requirePermission(ctx, "workspace:write");
  const { directory, workspaceId } = ctx;
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(language === undefined ? {} : { language }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(auditRetentionDays === undefined ? {} : { auditRetentionDays }),
  };
  if (Object.keys(change).length > 0) await commit(directory, [directory.update(workspaces).set(change).where(eq(workspaces.id, workspaceId))]);
  return readWorkspace(ctx);
}
