import type { Database } from "../../db/client.ts";
import { currentState, type StateDeps } from "../following/current-state.ts";
import { mayFollow } from "../following/may-follow.ts";
import { findRights } from "../rights/rights.ts";
import { createDuties, type Duties } from "./duties/duties.ts";
import { createFront, type Front, type Peer } from "./front.ts";
import { createShard, type Shard } from "./shard.ts";
import type { FrontDesk, ShardDeps } from "./shard-deps.ts";

export interface OnlineUsersDeps extends Omit<ShardDeps, "mayFollow" | "currentState" | "findRights" | "front"> {
  readonly directory: Database;
  readonly follow: StateDeps;
  /** The first object of the workspace, for one that is another. */
  readonly frontDesk: FrontDesk;
  /** Another object of the workspace, for the first. */
  readonly peer: (shard: number) => Peer;
  /** Forgets everything that is stored, and this with it. */
  readonly clear: () => Promise<void>;
}

/** One object of sockets, and, where it is the first of its workspace, what it does for all of them. */
export interface OnlineUsers extends Pick<Shard, "part" | "admit" | "enter" | "received" | "left" | "leave">, Duties {
  readonly front: Front;
}

export function createOnlineUsers(deps: OnlineUsersDeps): OnlineUsers {
  const { place, directory, follow, now } = deps;
  const isFirst = place.shard === 0;
  const desk = (): FrontDesk => (isFirst ? front : deps.frontDesk);
  const shard = createShard({
    ...deps,
    mayFollow: (who, topic) => mayFollow(follow, who, topic),
    currentState: (who, topic) => currentState(follow, who, topic),
    findRights: (actors) => findRights(directory, place.workspaceId, actors, now()),
    front: { join: (shards) => desk().join(shards), notePresence: (presence) => desk().notePresence(presence) },
  });
  const { part, store } = shard;
  const own: Peer = {
    publish: async (publication) => part.publish(publication),
    broadcast: async (broadcast) => part.broadcast(broadcast),
    close: async (closing) => part.close(closing),
    online: async (page) => part.online(page),
    settle: async (shards) => part.settle(shards),
    size: async () => part.size(),
    forget: async (userId) => part.forget(userId),
    clear: deps.clear,
  };
  const front = createFront({ store, now, peer: (other) => (other === place.shard ? own : deps.peer(other)) });
  const duties = createDuties([...shard.duties, ...(isFirst ? front.duties : [])], { ...deps, store });
  return { ...shard, ...duties, front };
}
