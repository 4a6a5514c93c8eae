import type { Broadcast } from "../../broadcasts/index.ts";
import { createCoalescer } from "../following/coalescer.ts";
import { createTopicLog } from "../following/topic-log.ts";
import type { Closing, OnlineUser, Publication } from "../live.ts";
import type { LiveEvent } from "../messages.ts";
import { createAges } from "./ages.ts";
import type { Arrival, ArrivalRefusal } from "./arrival.ts";
import { actorTag, createArrivals, userTag } from "./arrivals.ts";
import { createBroadcasts } from "./broadcasts.ts";
import { createClientMessages } from "./client-messages.ts";
import type { LiveSocket } from "./connection.ts";
import type { Duty } from "./duties.ts";
import { createParts, type Parts } from "./parts.ts";
import { createPublishing } from "./publishing.ts";
import { createRightsCheck } from "./rights.ts";
import type { ShardDeps } from "./shard-deps.ts";
import type { StateStore } from "./shard-state.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { createTicketTidying, createTrimming } from "./tidying.ts";
import { topicKeyOf } from "./topic-key.ts";

/** What one of a workspace's objects does with the sockets that it holds. */
export interface ShardPart {
  publish(publication: Publication): number;
  broadcast(broadcast: Broadcast): number;
  close(closing: Closing): number;
  online(page: { readonly after: string | null; readonly limit: number }): readonly OnlineUser[];
  /** From now on the workspace's connections are spread over so many objects. */
  settle(shards: number): void;
  /** How many sockets it holds. */
  size(): number;
  forget(userId: string): void;
}

/** One object of sockets. What it needs to know after sleeping is kept with its sockets or in its storage. */
export interface Shard {
  readonly part: ShardPart;
  readonly store: StateStore;
  /** Null for somebody who may come in; their ticket is used then. */
  admit(arrival: Arrival): ArrivalRefusal | null;
  /** Somebody who was admitted and whose socket is open. */
  enter(arrival: Arrival, socket: LiveSocket): void;
  received(socket: LiveSocket, message: string | ArrayBuffer): void;
  /** The client closed the socket, or it broke. */
  left(socket: LiveSocket): void;
  /** Whoever adds up hears that nothing is here any more. */
  leave(): Promise<void>;
  /** What is to be done at times. */
  readonly duties: readonly Duty[];
}

export function createShard(deps: ShardDeps): Shard {
  const { sockets, now, random, place } = deps;
  const parts = createParts(deps);
  const { store, rows, roster, people, traffic, sender, movers, reports, end } = parts;
  const log = createTopicLog(deps.sql, { now, newEpoch: () => newEpoch(now(), random()) });
  const trimming = createTrimming(log);
  const coalescer = createCoalescer({ ...deps, send: (topicKey, message) => sender.sendTopic(roster.followersOf(topicKey), topicKey, message) });
  const publish = createPublishing({ ...parts, log, coalescer, now });
  const subscriptions = createSubscriptions({ ...deps, ...parts, workspaceId: place.workspaceId, log, presence: () => presenceIn(store) });
  const broadcasts = createBroadcasts({ ...deps, ...parts, workspaceId: place.workspaceId, rows: rows.broadcasts, load: deps.loadBroadcasts });
  const { silence, expiry } = createAges({ ...parts, now, pingedAt: sockets.pingedAt });
  const rights = createRightsCheck({ ...deps, ...parts, tagged: sockets.tagged });
  const arrivals = createArrivals({ ...deps, ...parts, tickets: rows.tickets, tagged: sockets.tagged, duties: [silence, expiry, rights] });
  const tickets = createTicketTidying(rows.tickets, now);
  const read = createClientMessages({ ...parts, subscriptions, now, touch: reports.touch });
  const join = createJoining(deps, store);

  return {
    store,
    leave: reports.leave,
    duties: [silence, expiry, rights, reports, movers, tickets, trimming, offlineDuty(parts, now), broadcasts],
    admit(arrival) {
      const refusal = arrivals.admit(arrival);
      if (refusal === null) tickets.touch(arrival.ticketEndsAt);
      else traffic.refused();
      return refusal;
    },
    enter(arrival, socket) {
      const connection = arrivals.enter(arrival, socket);
      traffic.opened();
      reports.touch();
      broadcasts.greet(connection);
      movers.greet(connection, arrival.ticketEndsAt);
      join(arrival.shards);
    },
    received(socket, message) {
      const connection = roster.get(socket);
      if (connection === undefined) return;
      traffic.received();
      read(connection, message);
    },
    left(socket) {
      const connection = roster.get(socket);
      if (connection !== undefined) end(connection, "left");
    },
    part: {
      publish(publication) {
        trimming.touch();
        return publish(publication);
      },
      broadcast: broadcasts.show,
      close: (closing) => closeThose(deps, parts, closing),
      online: ({ after, limit }) => people.page(after, limit),
      settle: movers.settle,
      size: () => roster.size,
      forget(userId) {
        closeThose(deps, parts, { reason: "rights_changed", userId, actorId: null });
        people.forget(userId);
        log.forget(topicKeyOf("me", userId));
        reports.touch();
      },
    },
  };
}

/** Names a log; unlike any other of this object. */
const newEpoch = (now: number, random: number): string => `${now.toString(36)}${Math.floor(random * 36 ** 4).toString(36)}`;

function presenceIn({ current }: StateStore): LiveEvent | null {
  return current.presence === null ? null : { type: "presence", ...current.presence };
}

/** By the platform's own index: one person's sockets are found among thousands without looking at the others. */
function closeThose({ sockets }: ShardDeps, { roster, end }: Parts, { reason, userId, actorId }: Closing): number {
  const tag = actorId === null ? userId && userTag(userId) : actorTag(actorId);
  const found = tag === null ? [...roster.all()] : sockets.tagged(tag).flatMap((socket) => roster.get(socket) ?? []);
  const theirs = found.filter((connection) => userId === null || connection.userId === userId);
  for (const connection of theirs) end(connection, reason);
  return theirs.length;
}

const offlineDuty = ({ people, reports }: Parts, now: () => number): Duty => ({
  name: "offline",
  at: people.offlineAt,
  run() {
    if (people.settle(now()) > 0) reports.touch();
  },
});

/** Tells the first object that there are as many as a ticket says, once; it may hear of it later than people come. */
function createJoining({ place, front, fault }: ShardDeps, store: StateStore): (shards: number) => void {
  return (shards) => {
    if (shards <= store.current.joined) return;
    front
      .join(shards)
      .then(() => store.save({ joined: Math.max(store.current.joined, shards) }))
      .catch((cause: unknown) => fault(`the first object did not hear of object ${place.shard}`, cause));
  };
}
