import type { Database } from "../../db/client.ts";
import type { Permission } from "../../platform/index.ts";
import type { ServerMessage } from "../messages.ts";
import type { SocketActor } from "../socket-actor.ts";

/** Somebody who has a socket: a person in one of their sessions, or an API key, whose `userId` is the person who made it. */
export interface Follower {
  readonly workspaceId: string;
  readonly userId: string;
  readonly kind: SocketActor["kind"];
  readonly permissions: ReadonlySet<Permission>;
}

/** Why somebody may not follow a topic, as they are told. */
export type Refusal = Pick<Extract<ServerMessage, { type: "refused" }>, "message"> & { readonly code: "forbidden" | "not_found" };

export interface FollowDeps {
  /** The database that holds the workspace's own things. */
  readonly db: Database;
}
