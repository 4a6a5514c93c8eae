import type { Broadcast } from "../../broadcasts/index.ts";
import type { PresenceTotals, WorkspacePresence } from "../../presence/index.ts";
import type { Follower, Refusal } from "../following/follower.ts";
import type { LiveEvent } from "../messages.ts";
import type { Rights } from "../rights/rights.ts";
import type { SocketActor } from "../socket-actor.ts";
import type { Topic } from "../topics.ts";
import type { Place } from "./place.ts";
import type { LiveSocket } from "./sockets/connection.ts";

/** The sockets of an object, which outlive its sleep. */
export interface Sockets {
  /** Those that are open, with what was kept with each. */
  all(): Iterable<readonly [socket: LiveSocket, attachment: unknown]>;
  /** Those that were accepted with a tag. */
  tagged(tag: string): readonly LiveSocket[];
  /** When the platform last answered a socket's `ping`; null for never. */
  pingedAt(socket: LiveSocket): number | null;
}

/** What an object of sockets needs of the world. */
export interface ShardDeps {
  readonly place: Place;
  readonly sql: SqlStorage;
  readonly sockets: Sockets;
  /** Sockets that it takes at most. */
  readonly capacity: () => number;
  readonly mayFollow: (who: Follower, topic: Topic) => Promise<Refusal | null>;
  readonly currentState: (who: Follower, topic: Topic) => Promise<LiveEvent | null>;
  /** Broadcasts that still hold, for whomever. */
  readonly loadBroadcasts: () => Promise<readonly Broadcast[]>;
  readonly findRights: (actors: readonly SocketActor[]) => Promise<ReadonlyMap<string, Rights>>;
  readonly totals: PresenceTotals;
  readonly front: FrontDesk;
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** Something is due at another time than before, although nothing came from outside. */
  readonly wake: () => void;
  readonly fault: (what: string, cause: unknown) => void;
}

/** The workspace's first object, as the others need it. */
export interface FrontDesk {
  /** So many objects may hold sockets: somebody came with a ticket that says so. */
  join(shards: number): Promise<void>;
  /** What the workspace adds up to is told everybody in it. */
  notePresence(presence: WorkspacePresence): Promise<void>;
}
