import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { installationId } from "../../db/client.ts";
import { workspaces } from "../../db/schema/index.ts";
import { type Context, commitAsOperator, guarded, requirePermission } from "../../platform/index.ts";
import { readWorkspaceSuspension } from "./suspend-workspace.ts";
import { unlessDone } from "./unless-done.ts";

/** Opens a workspace again for those who are in it. Audits that were cancelled stay so. One that is open already stays as it is. @throws AppError `not_found` */
export async function resumeWorkspace(ctx: Context, workspaceId: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { directory: db } = ctx;
  const suspendedAt = await readWorkspaceSuspension(db, workspaceId);
  if (suspendedAt === null) return;
  const write = db
    .update(workspaces)
    .set({ suspendedAt: null })
    .where(and(eq(workspaces.id, workspaceId), eq(workspaces.suspendedAt, suspendedAt)));
  const change = { before: { suspendedAt }, after: { suspendedAt: null } };
  const entry = recordChange(ctx, db, { action: "workspace.resume", targetId: workspaceId, workspaceId: installationId, ...change });
  await unlessDone(
    async () => (await readWorkspaceSuspension(db, workspaceId)) === null,
    () => commitAsOperator(ctx, db, [...guarded(db, write), entry]),
  );
}
