import { eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { members } from "../../db/schema/index.ts";
import { createSemaphore, mostConnections } from "../../platform/index.ts";
import type { Closing, Live } from "../live.ts";

/** Closes sockets in each of these workspaces; answers how many. */
export type CloseIn = (workspaceIds: readonly string[], closing: Closing) => Promise<number>;

/**
 * Somebody may be in any number of workspaces: no more of these are told side by side than an invocation holds connections, over all calls. One that
 * cannot be told keeps no other from it.
 * @throws what went wrong with the first that could not be told, once all others were
 */
export function closeInWith(live: Pick<Live, "close">): CloseIn {
  const { run } = createSemaphore(mostConnections);
  return async (workspaceIds, closing) => {
    const told = await Promise.allSettled(workspaceIds.map((workspaceId) => run(() => live.close(workspaceId, closing))));
    const lost = told.find((each) => each.status === "rejected");
    if (lost !== undefined) throw lost.reason;
    return told.reduce((sum, each) => sum + (each.status === "fulfilled" ? each.value : 0), 0);
  };
}

/** Ids of the workspaces that somebody is in. */
export async function findWorkspacesOf(directory: Database, userId: string): Promise<string[]> {
  const rows = await directory.select({ id: members.workspaceId }).from(members).where(eq(members.userId, userId));
  return rows.map(({ id }) => id);
}
