import { eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { broadcasts } from "../db/schema/index.ts";
import { createSemaphore, errorFields, type Log, mostConnections } from "../platform/index.ts";
import type { Broadcast } from "./schemas.ts";
import { toBroadcast } from "./stored-broadcast.ts";

interface Delivery {
  readonly db: Database;
  readonly log: Log;
  /** Who holds the connections of a workspace; what is told twice is shown once. */
  readonly live: { broadcast(workspaceId: string, broadcast: Broadcast): Promise<number> };
  /** Ids of the workspaces of an audience in which people are online. */
  readonly workspacesWith: (audience: string) => Promise<readonly string[]>;
}

/**
 * Tells how a broadcast stands wherever people are online: they are shown it, and once it has ended nobody who comes is. Who comes elsewhere finds what
 * holds. Whether somebody has a role that it is for, those who hold their connections know.
 * One workspace that cannot be told does not keep the others from it. Returns how many connections got it.
 * @throws what went wrong with the first workspace that could not be told
 */
export async function deliverBroadcast({ db, log, live, workspacesWith }: Delivery, broadcastId: string): Promise<number> {
  const row = await db.query.broadcasts.findFirst({ where: eq(broadcasts.id, broadcastId) });
  // So old that it was removed.
  if (row === undefined) return 0;
  const broadcast = toBroadcast(row);
  const { run } = createSemaphore(mostConnections);
  const told = await Promise.allSettled(
    (await workspacesWith(broadcast.audience)).map((workspaceId) =>
      run(async () => {
        try {
          return await live.broadcast(workspaceId, broadcast);
        } catch (cause) {
          log.warn("a workspace was not told of a broadcast", { workspaceId, ...errorFields(cause) });
          throw cause;
        }
      }),
    ),
  );
  const lost = told.find((each) => each.status === "rejected");
  if (lost !== undefined) throw lost.reason;
  return told.reduce((sum, each) => sum + (each.status === "fulfilled" ? each.value : 0), 0);
}
