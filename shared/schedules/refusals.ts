import { type Database, installationId } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { workspaces } from "../db/schema/index.ts";
import { isPeopled } from "../identity/index.ts";

const suspendedReason = "The workspace was suspended.";
const deletedReason = "The workspace was deleted.";

/** Why nothing may be started in these workspaces, by id; those in which it may are missing. */
export async function refusalsOf(directory: Database, workspaceIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = workspaceIds.filter((id) => id !== installationId);
  if (wanted.length === 0) return new Map();
  const living = await directory
    .select({ id: workspaces.id, suspendedAt: workspaces.suspendedAt, isPeopled: isPeopled(directory).mapWith(Boolean) })
    .from(workspaces)
    .where(isOneOf(workspaces.id, wanted));
  const standing = new Map(living.map((workspace) => [workspace.id, workspace]));
  return new Map(
    wanted.flatMap((id): [string, string][] => {
      const workspace = standing.get(id);
      if (workspace === undefined || !workspace.isPeopled) return [[id, deletedReason]];
      return workspace.suspendedAt === null ? [] : [[id, suspendedReason]];
    }),
  );
}
