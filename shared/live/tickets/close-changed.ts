import { eq } from "drizzle-orm";
import { members } from "../../db/schema/index.ts";
import { errorFields, type VisitorContext } from "../../platform/index.ts";
import type { Live } from "../live.ts";

type Told = Pick<VisitorContext, "directory" | "log" | "rightsChanges">;

/**
 * Closes the sockets of those whose rights changed: whoever still may comes back with a new ticket, and is looked at anew. Run it after the answer; what
 * fails is logged, and the objects find out by themselves within minutes (`findEndedActors`).
 */
export async function closeChanged({ directory, log, rightsChanges }: Told, live: Pick<Live, "close">): Promise<void> {
  await Promise.all(
    rightsChanges.map(async ({ workspaceId, userId, actorId }) => {
      try {
        const workspaceIds = workspaceId === null ? await workspacesOf(directory, userId) : [workspaceId];
        await Promise.all(workspaceIds.map((id) => live.close(id, { reason: "rights_changed", userId, actorId })));
      } catch (error) {
        log.warn("open connections wait until their objects look by themselves", { ...(workspaceId === null ? {} : { workspaceId }), ...errorFields(error) });
      }
    }),
  );
}

async function workspacesOf(directory: Told["directory"], userId: string | null): Promise<string[]> {
  if (userId === null) return [];
  const rows = await directory.select({ id: members.workspaceId }).from(members).where(eq(members.userId, userId));
  return rows.map(({ id }) => id);
}
