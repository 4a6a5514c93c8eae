import { errorFields, type VisitorContext } from "../../platform/index.ts";
import type { Live } from "../live.ts";
import { closeInWith, findWorkspacesOf } from "./close-everywhere.ts";

type Told = Pick<VisitorContext, "directory" | "log" | "rightsChanges">;

/**
 * Closes the sockets of those whose rights changed: whoever still may comes back with a new ticket, and is looked at anew. Run it after the answer; what
 * fails is logged, and the objects find out by themselves within minutes (`findEndedActors`).
 */
export async function closeChanged({ directory, log, rightsChanges }: Told, live: Pick<Live, "close">): Promise<void> {
  const closeIn = closeInWith(live);
  await Promise.all(
    rightsChanges.map(async ({ workspaceId, userId, actorId }) => {
      try {
        await closeIn(await workspacesOf(directory, workspaceId, userId), { reason: "rights_changed", userId, actorId });
      } catch (error) {
        log.warn("open connections wait until their objects look by themselves", { ...(workspaceId === null ? {} : { workspaceId }), ...errorFields(error) });
      }
    }),
  );
}

async function workspacesOf(directory: Told["directory"], workspaceId: string | null, userId: string | null): Promise<string[]> {
  if (workspaceId !== null) return [workspaceId];
  return userId === null ? [] : await findWorkspacesOf(directory, userId);
}
