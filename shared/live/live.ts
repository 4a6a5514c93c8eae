import type { Broadcast } from "../broadcasts/index.ts";
import type { Device } from "../presence/index.ts";
import type { CloseReason } from "./close-reasons.ts";
import type { LiveEvent } from "./messages.ts";
import type { Topic } from "./topics.ts";

/** Something to tell whoever follows a topic. */
export interface Publication {
  readonly topic: Topic;
  readonly event: LiveEvent;
  readonly at: number;
  /** Of `me`: whose. */
  readonly userId?: string;
  /** The same key is told once, for the topics that keep a log; absent where only the last state matters. */
  readonly key?: string;
}

/** Somebody who is online in a workspace. */
export interface OnlineUser {
  readonly userId: string;
  /** When the first of their present sockets was opened, ms since 1970. */
  readonly since: number;
  readonly active: boolean;
  readonly connections: number;
  readonly devices: readonly Device[];
}

/** Which sockets of a workspace are to be closed: those that all of it fits. */
export interface Closing {
  readonly reason: CloseReason;
  /** Theirs, and those of the keys that they made; null for those of everybody. */
  readonly userId: string | null;
  /** Those of one session or key; null for those of all. */
  readonly actorId: string | null;
}

/**
 * The live connections of all workspaces, wherever they are held. The first object of a workspace knows how many there are and hands on what
 * concerns them all.
 */
export interface Live {
  /** How many sockets follow the topic; 0 tells a publisher that nobody listens just now. */
  publish(workspaceId: string, publication: Publication): Promise<number>;
  /** Doing it twice shows it once, and one that has ended is shown to nobody any more. Answers how many sockets got it. */
  broadcast(workspaceId: string, broadcast: Broadcast): Promise<number>;
  /** Closes sockets; answers how many. */
  close(workspaceId: string, closing: Closing): Promise<number>;
  /** People online in the order of their ids, those after `after`. */
  online(workspaceId: string, page: { readonly after: string | null; readonly limit: number }): Promise<readonly OnlineUser[]>;
  /** Spreads connections over so many objects; those that belong elsewhere move by themselves. */
  reshard(workspaceId: string, shards: number): Promise<void>;
  /** Closes everything and forgets it: the workspace is being erased. */
  clear(workspaceId: string): Promise<void>;
  /** Forgets what a person was told; their sockets close. */
  forget(workspaceId: string, userId: string): Promise<void>;
}
