import { recordChange } from "../../audit-log/index.ts";
import { members, workspaces } from "../../db/schema/index.ts";
import { keepAnswer } from "../../idempotency/index.ts";
import { type Context, commitAsOperator, newId, requirePermission } from "../../platform/index.ts";
import type { CreateWorkspaceInput, Workspace } from "./schemas.ts";

/** As the columns of the table have it. */
const usualRetention = { auditRetentionDays: null, pageRetentionDays: null, deliveryRetentionDays: 30, reportRetentionDays: null };

/** Another workspace of this installation, with the operator who makes it as its first admin. */
export async function createWorkspace(ctx: Context, input: CreateWorkspaceInput): Promise<Workspace> {
  requirePermission(ctx, "operations:write");
  const { directory, actor } = ctx;
  const createdAt = ctx.now();
  const workspace: Workspace = { ...input, id: newId("workspace", createdAt), ...usualRetention, version: 1, createdAt };
  const { id } = workspace;
  await commitAsOperator(ctx, directory, [
    directory.insert(workspaces).values(workspace),
    directory.insert(members).values({ workspaceId: id, userId: actor.userId, role: "admin", createdAt }),
    recordChange(ctx, directory, { action: "workspace.create", targetId: id, workspaceId: id, after: input }),
    ...(await keepAnswer(ctx, directory, workspace)),
  ]);
  return workspace;
}
