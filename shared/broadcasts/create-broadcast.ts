import { eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { broadcasts, workspaces } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { AppError, type Context, commitAsOperator, newId, recordDirectoryEvent, requirePermission, secondMs } from "../platform/index.ts";
import type { Broadcast, CreateBroadcastInput } from "./schemas.ts";
import { workspaceOf } from "./stored-broadcast.ts";

/**
 * Tells people something, for an operator: those who are online within moments, once this is committed, and who comes until it expires.
 * @throws AppError `not_found` for a workspace that does not exist
 */
export async function createBroadcast(ctx: Context, { message, audience, expiresInSeconds }: CreateBroadcastInput): Promise<Broadcast> {
  requirePermission(ctx, "operations:write");
  const { directory: db } = ctx;
  const workspaceId = workspaceOf(audience);
  if (workspaceId !== null) await requireWorkspace(ctx, workspaceId);
  const createdAt = ctx.now();
  const broadcast: Broadcast = { id: newId("broadcast", createdAt), message, audience, createdAt, expiresAt: createdAt + expiresInSeconds * secondMs };
  const { id, expiresAt } = broadcast;
  await commitAsOperator(ctx, db, [
    db.insert(broadcasts).values({ ...broadcast, createdBy: ctx.actor.userId }),
    recordChange(ctx, db, { action: "broadcast.create", targetId: id, workspaceId: installationId, after: { message, audience, expiresAt } }),
    recordDirectoryEvent(ctx, installationId, "broadcast.created", { broadcastId: id }),
    ...(await keepAnswer(ctx, db, broadcast)),
  ]);
  return broadcast;
}

async function requireWorkspace({ directory }: Context, workspaceId: string): Promise<void> {
  const found = await directory.query.workspaces.findFirst({ columns: { id: true }, where: eq(workspaces.id, workspaceId) });
  if (found === undefined) throw new AppError("not_found", "There is no such workspace.");
}
