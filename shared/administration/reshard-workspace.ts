import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { type Database, installationId } from "../db/client.ts";
import { workspaces } from "../db/schema/index.ts";
import { type Context, commitAsOperator, guarded, recordDirectoryEvent, requirePermission } from "../platform/index.ts";
import { readWorkspaceEntry } from "./list-workspaces.ts";
import type { ReshardInput, WorkspaceEntry } from "./schemas.ts";

/**
 * Spreads the live connections of a workspace over so many objects, for an operator; those who are connected move by themselves within moments.
 * @throws AppError `not_found`, `conflict` when somebody else changed it at the same time
 */
export async function reshardWorkspace(ctx: Context, databases: readonly Database[], id: string, { liveShards }: ReshardInput): Promise<WorkspaceEntry> {
  requirePermission(ctx, "operations:write");
  const { directory: db } = ctx;
  const stored = await readWorkspaceEntry(ctx, databases, id);
  if (stored.liveShards === liveShards) return stored;
  const write = db
    .update(workspaces)
    .set({ liveShards })
    .where(and(eq(workspaces.id, id), eq(workspaces.liveShards, stored.liveShards)));
  const change = { before: { liveShards: stored.liveShards }, after: { liveShards } };
  await commitAsOperator(ctx, db, [
    ...guarded(db, write),
    recordChange(ctx, db, { action: "workspace.reshard", targetId: id, workspaceId: installationId, ...change }),
    recordDirectoryEvent(ctx, id, "workspace.resharded", { liveShards }),
  ]);
  return { ...stored, liveShards };
}
