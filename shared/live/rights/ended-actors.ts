import type { Database } from "../../db/client.ts";
import { findEndedSessions } from "../../identity/index.ts";
import { findEndedKeys } from "../../keys/index.ts";
import { SocketActor } from "../socket-actor.ts";

/** So many ids, some 70 KB, go into one query. */
const idsAtOnce = 2_000;

const finders = { session: findEndedSessions, key: findEndedKeys } as const;

/**
 * Ids of those who may not act in the workspace any more: the session or the key ended, its person left, or somebody was suspended. A net for what
 * the edge could not tell the objects of sockets.
 */
export async function findEndedActors(directory: Database, workspaceId: string, actors: readonly SocketActor[], now: number): Promise<string[]> {
  const ended: string[] = [];
  for (const kind of SocketActor.shape.kind.options) {
    const ids = [...new Set(actors.filter((actor) => actor.kind === kind).map(({ id }) => id))];
    for (let start = 0; start < ids.length; start += idsAtOnce) {
      ended.push(...(await finders[kind](directory, workspaceId, ids.slice(start, start + idsAtOnce), now)));
    }
  }
  return ended;
}
