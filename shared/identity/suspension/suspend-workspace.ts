import { and, eq, isNull } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { type Database, installationId } from "../../db/client.ts";
import { workspaces } from "../../db/schema/index.ts";
import { AppError, type Context, commitAsOperator, guarded, recordDirectoryEvent, requirePermission } from "../../platform/index.ts";
import type { SuspendInput } from "./schemas.ts";
import { unlessDone } from "./unless-done.ts";

/**
 * Keeps everybody from doing anything in a workspace, for an operator: members and API keys, from the next request on. Audits under way are cancelled; what
 * was promised goes on, such as e-mails and erasures. One that is suspended already stays so, since when it was.
 * @throws AppError `not_found`
 */
export async function suspendWorkspace(ctx: Context, workspaceId: string, { reason }: SuspendInput): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { directory: db } = ctx;
  const isSuspended = async () => (await readWorkspaceSuspension(db, workspaceId)) !== null;
  const isSuspendedAlready = await isSuspended();
  // Also where it was done before: whoever sends this again because no answer came may have left connections open.
  ctx.rightsChanges.push({ workspaceId, userId: null, actorId: null });
  if (isSuspendedAlready) return;
  const suspendedAt = ctx.now();
  const write = db
    .update(workspaces)
    .set({ suspendedAt })
    .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.suspendedAt)));
  const after = { suspendedAt, ...(reason === undefined ? {} : { reason }) };
  const statements = [
    ...guarded(db, write),
    recordChange(ctx, db, { action: "workspace.suspend", targetId: workspaceId, workspaceId: installationId, before: { suspendedAt: null }, after }),
    recordDirectoryEvent(ctx, workspaceId, "workspace.suspended", {}),
  ];
  await unlessDone(isSuspended, () => commitAsOperator(ctx, db, statements));
}

/** Whether nobody may do anything in a workspace; false for one that is deleted, which has nobody. */
export async function isWorkspaceSuspended(directory: Database, workspaceId: string): Promise<boolean> {
  const workspace = await findSuspension(directory, workspaceId);
  return workspace !== undefined && workspace.suspendedAt !== null;
}

/** Since when a workspace is suspended; null when it is not. @throws AppError `not_found` */
export async function readWorkspaceSuspension(directory: Database, workspaceId: string): Promise<number | null> {
  const workspace = await findSuspension(directory, workspaceId);
  if (workspace === undefined) throw new AppError("not_found", "There is no such workspace.");
  return workspace.suspendedAt;
}

const findSuspension = (directory: Database, workspaceId: string) =>
  directory.query.workspaces.findFirst({ columns: { suspendedAt: true }, where: eq(workspaces.id, workspaceId) });
