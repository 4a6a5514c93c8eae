import { newId } from "../../platform/index.ts";
import { acknowledgeEvery, heartbeatSeconds } from "../messages.ts";
import { shardOf } from "../shard-of.ts";
import type { Arrival, ArrivalRefusal } from "./arrival.ts";
import { type Connection, keep, type LiveSocket, newConnection, sharedPermissions } from "./connection.ts";
import type { People } from "./people.ts";
import type { Place } from "./place.ts";
import type { Roster } from "./roster.ts";
import type { Sender } from "./sender.ts";
import type { ShardRows } from "./shard-rows.ts";
import { ticketSlackMs } from "./tidying.ts";

/** Sockets that one user may have, their keys' among them. */
export const maxPerUser = 20;

/** Whom there is no place for comes back after this time and up to as much again, so that not all come at once. */
const fullForSeconds = 30;
/** Sockets of tabs that are gone without a word are noticed within five minutes. */
const tooManyForSeconds = 60;

interface ArrivalsDeps {
  readonly place: Place;
  readonly tickets: ShardRows["tickets"];
  readonly roster: Roster;
  readonly people: People;
  readonly sender: Sender;
  readonly capacity: () => number;
  /** Sockets that were accepted with a tag. */
  readonly tagged: (tag: string) => readonly LiveSocket[];
  readonly now: () => number;
  readonly random: () => number;
  readonly end: (connection: Connection, reason: "replaced") => void;
  /** What is due because somebody is here: told before anything else, which asks when something is due. */
  readonly duties: readonly { greet(connection: Connection): void }[];
}

/** Takes in whoever comes with a ticket. */
export interface Arrivals {
  /** Null for somebody who may come in; their ticket is used then. */
  admit(arrival: Arrival): ArrivalRefusal | null;
  /** Somebody who was admitted and whose socket is open. */
  enter(arrival: Arrival, socket: LiveSocket): Connection;
}

export const userTag = (userId: string): string => `user:${userId}`;
export const actorTag = (actorId: string): string => `actor:${actorId}`;
export const tagsOf = ({ userId, actor }: Arrival): string[] => [userTag(userId), actorTag(actor.id)];

export function createArrivals({ place, tickets, roster, people, sender, capacity, tagged, now, random, end, duties }: ArrivalsDeps): Arrivals {
  const socketsOf = (userId: string): Connection[] => tagged(userTag(userId)).flatMap((socket) => roster.get(socket) ?? []);

  return {
    admit(arrival) {
      if (!isHere(place, arrival)) return { code: "misdirected" };
      if (arrival.ticketEndsAt <= now()) return { code: "used_ticket" };
      const theirs = socketsOf(arrival.userId);
      const replaced = theirs.filter((one) => isSameTab(one, arrival)).length;
      if (roster.size - replaced >= capacity()) return { code: "full", retryAfterSeconds: fullForSeconds + Math.floor(random() * fullForSeconds) };
      if (theirs.length - replaced >= maxPerUser) return { code: "too_many", retryAfterSeconds: tooManyForSeconds };
      return tickets.use(arrival.jti, arrival.ticketEndsAt + ticketSlackMs) ? null : { code: "used_ticket" };
    },

    enter(arrival, socket) {
      const { userId, actor, role, device, tabId, endsAt } = arrival;
      const replaced = socketsOf(userId).filter((one) => isSameTab(one, arrival));
      const since = actor.kind === "session" ? people.open({ userId, device, active: true }, now()) : now();
      const identity = { id: newId("connection", now()), userId, actor, role, device, tabId, endsAt, openedAt: now(), since };
      const connection = newConnection(socket, { ...identity, permissions: sharedPermissions(arrival.permissions) }, now());
      keep(connection);
      roster.add(connection);
      for (const duty of duties) duty.greet(connection);
      for (const old of replaced) end(old, "replaced");
      sender.send(connection, { type: "welcome", connectionId: connection.id, at: now(), heartbeatSeconds, acknowledgeEvery });
      return connection;
    },
  };
}

const isHere = ({ workspaceId, shard }: Place, arrival: Arrival): boolean =>
  arrival.workspaceId === workspaceId && arrival.shard === shard && shardOf(arrival.userId, arrival.shards) === shard;

const isSameTab = ({ tabId, actor }: Connection, arrival: Arrival): boolean => tabId !== null && tabId === arrival.tabId && actor.id === arrival.actor.id;
