import { liveOf } from "../../durable-objects/stubs.ts";
import { databaseFor } from "../../shared/db/client.ts";
import { publicationsOf, publishAll } from "../../shared/live/index.ts";
import { type StoredEvent, systemClock } from "../../shared/platform/index.ts";

/** Tells an event to who follows what it is about. */
export async function tellFollowers(event: StoredEvent, env: Env): Promise<void> {
  const { workspaceId } = event;
  await publishAll(liveOf(env), workspaceId, await publicationsOf({ db: databaseFor(env, workspaceId), now: systemClock }, event));
}

/** Has the connections of a workspace spread anew; doing it twice changes nothing. */
export const reshard = (env: Env, workspaceId: string, shards: number): Promise<void> => liveOf(env).reshard(workspaceId, shards);

/** Closes the connections of a workspace; whoever still may comes back. */
export async function closeAll(env: Env, workspaceId: string): Promise<void> {
  await liveOf(env).close(workspaceId, { reason: "rights_changed", userId: null, actorId: null });
}
