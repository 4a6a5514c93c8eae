import { eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { broadcasts } from "../db/schema/index.ts";
import { type Clock, createSemaphore, errorFields, type Log } from "../platform/index.ts";
import type { Broadcast } from "./schemas.ts";
import { toBroadcast } from "./stored-broadcast.ts";

/** Objects that are told side by side: as many as an invocation of a Worker holds connections (developers.cloudflare.com/workers/platform/limits). */
const atOnce = 6;

interface Delivery {
  readonly db: Database;
  readonly now: Clock;
  readonly log: Log;
  /** Who holds the connections of a workspace; what is told twice is shown once. */
  readonly live: { broadcast(workspaceId: string, broadcast: Broadcast): Promise<number> };
  /** Ids of the workspaces of an audience in which people are online. */
  readonly workspacesWith: (audience: string) => Promise<readonly string[]>;
}

/**
 * Shows a broadcast to people who are online; who comes later finds it. Whether somebody has a role that it is for, those who hold their connections know.
 * One workspace that cannot be told does not keep the others from it. Returns how many connections got it.
 * @throws what went wrong with the first workspace that could not be told
 */
export async function deliverBroadcast({ db, now, log, live, workspacesWith }: Delivery, broadcastId: string): Promise<number> {
  const row = await db.query.broadcasts.findFirst({ where: eq(broadcasts.id, broadcastId) });
  // Ended, or so old that it was removed.
  if (row === undefined || row.expiresAt <= now()) return 0;
  const broadcast = toBroadcast(row);
  const { run } = createSemaphore(atOnce);
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
