import type { Broadcast } from "../../broadcasts/index.ts";
import { createCoalescer } from "../following/coalescer.ts";
import { createTopicLog } from "../following/topic-log.ts";
import type { Closing, OnlineUser, Publication } from "../live.ts";
import { topicKeyOf } from "../topics.ts";
import { createBroadcasts } from "./broadcasts.ts";
import type { Duty } from "./duties/duties.ts";
import { createPresenceReports } from "./duties/presence-reports.ts";
import { createResharding } from "./duties/resharding.ts";
import { createRightsCheck } from "./duties/rights-check.ts";
import { createTicketTidying, createTrimming } from "./duties/tidying.ts";
import { createTimeouts } from "./duties/timeouts.ts";
import { createPeople } from "./people.ts";
import { presenceNow } from "./presence-now.ts";
import { createPublishing } from "./publishing.ts";
import type { ShardDeps } from "./shard-deps.ts";
import { createShardRows } from "./shard-rows.ts";
import { createStateStore, type StateStore } from "./shard-state.ts";
import type { Arrival, ArrivalRefusal } from "./sockets/arrival.ts";
import { awoken, createArrivals, createWelcome, type Greeter } from "./sockets/arrivals.ts";
import { createClientMessages } from "./sockets/client-messages.ts";
import { createClosings } from "./sockets/closings.ts";
import type { LiveSocket } from "./sockets/connection.ts";
import { createDepartures } from "./sockets/departures.ts";
import { createRoster } from "./sockets/roster.ts";
import { createSender } from "./sockets/sender.ts";
import { createSubscribeRates } from "./sockets/subscribe-rates.ts";
import { createSubscriptions } from "./sockets/subscriptions.ts";
import { createTraffic } from "./traffic.ts";

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
  const parts = createParts(deps);
  const { store, rows, roster, people, traffic, departures, resharding, reports } = parts;
  const { log, trimming, publish, subscriptions } = createTopics(deps, parts);
  const { now, sockets, place } = deps;
  const { touch } = reports;
  const broadcasts = createBroadcasts({ ...deps, ...parts, workspaceId: place.workspaceId, rows: rows.broadcasts, load: deps.loadBroadcasts });
  const { silence, expiry } = createTimeouts({ ...parts, now, pingedAt: sockets.pingedAt });
  const rights = createRightsCheck({ ...deps, ...parts });
  // What is due because somebody is here comes before whatever asks when something is due; and nobody hears anything before the welcome.
  const greeters = [silence, expiry, rights, createWelcome(parts.sender, now), broadcasts, resharding, createJoining(deps, store)];
  const closings = createClosings(rows.closings, now);
  const close = (closing: Closing): number => {
    closings.note(closing);
    return departures.close(closing);
  };
  const arrivals = createArrivals({ ...deps, ...parts, closings, tickets: rows.tickets, tagged: sockets.tagged, greeters });
  const tickets = createTicketTidying(rows.tickets, now);
  const read = createClientMessages({ ...parts, subscriptions, now, touch });

  return {
    store,
    leave: reports.leave,
    duties: [silence, expiry, rights, reports, resharding, tickets, closings, trimming, departures.offline, broadcasts],
    admit(arrival) {
      const refusal = arrivals.admit(arrival);
      if (refusal === null) tickets.touch(arrival.ticketEndsAt);
      else traffic.refused();
      return refusal;
    },
    enter(arrival, socket) {
      arrivals.enter(arrival, socket);
      traffic.opened();
      touch();
    },
    received(socket, message) {
      const connection = roster.get(socket);
      if (connection === undefined) return;
      traffic.received();
      read(connection, message);
    },
    left(socket) {
      const connection = roster.get(socket);
      if (connection !== undefined) departures.end(connection, "left");
    },
    part: {
      publish,
      broadcast: broadcasts.show,
      close,
      online: ({ after, limit }) => people.page(after, limit),
      settle(shards) {
        resharding.settle(shards);
        touch();
      },
      size: () => roster.size,
      forget(userId) {
        closings.forget(userId);
        departures.close({ reason: "rights_changed", userId, actorId: null });
        people.forget(userId);
        log.forget(topicKeyOf("me", userId));
        touch();
      },
    },
  };
}

type Parts = ReturnType<typeof createParts>;

/** Who is here, as it was before the object slept: from what is kept with its sockets and in its storage. */
function createParts(deps: ShardDeps) {
  const { place, sql, sockets, now } = deps;
  const store = createStateStore(sql, place);
  const rows = createShardRows(sql);
  const roster = createRoster();
  const traffic = createTraffic();
  const people = createPeople(rows.leaving);
  const touch = (): void => reports.touch();
  const departures = createDepartures({ place, store, roster, people, traffic, tagged: sockets.tagged, now, touch });
  const { end } = departures;
  const sender = createSender({
    end,
    count(sent) {
      traffic.sent(sent);
      touch();
    },
  });
  const resharding = createResharding({ place, store, roster, sender, now, end });

  for (const connection of awoken(sockets.all(), now())) {
    roster.add(connection);
    if (connection.actor.kind === "session") people.restore(connection, connection.since);
    resharding.restore(connection);
  }
  const reports = createPresenceReports({
    ...deps,
    store,
    people,
    traffic,
    integrations: () => roster.integrations,
    isMoving: () => resharding.at() !== null,
    tell: deps.front.notePresence,
  });
  return { store, rows, roster, people, traffic, sender, departures, end, resharding, reports };
}

/** What is told, to whoever follows it. */
function createTopics(deps: ShardDeps, parts: Parts) {
  const { now, random, place } = deps;
  const { store, roster, sender, people } = parts;
  const log = createTopicLog(deps.sql, { now, newEpoch: () => newEpoch(now(), random()) });
  const trimming = createTrimming(log);
  const coalescer = createCoalescer({ ...deps, send: (topicKey, message) => sender.sendTopic(roster.followersOf(topicKey), topicKey, message) });
  const tell = createPublishing({ ...parts, log, coalescer, now });
  const publish = (publication: Publication): number => {
    trimming.touch();
    return tell(publication);
  };
  const subscriptions = createSubscriptions({
    ...deps,
    ...parts,
    workspaceId: place.workspaceId,
    log,
    rates: createSubscribeRates(now),
    presence: () => presenceNow(store, people),
  });
  return { log, trimming, publish, subscriptions };
}

/** Names a log; unlike any other of this object. */
const newEpoch = (now: number, random: number): string => `${now.toString(36)}${Math.floor(random * 36 ** 4).toString(36)}`;

/** Tells the first object that there are as many as a ticket says, once; it may hear of it later than people come. */
const createJoining = ({ place, front, fault }: ShardDeps, store: StateStore): Greeter => ({
  greet(_, { shards }) {
    if (shards <= store.current.joined) return;
    front
      .join(shards)
      .then(() => store.save({ joined: Math.max(store.current.joined, shards) }))
      .catch((cause: unknown) => fault(`the first object did not hear of object ${place.shard}`, cause));
  },
});
