import { newId } from "../../../platform/index.ts";
import { acknowledgeEvery, heartbeatSeconds } from "../../messages.ts";
import { rangesText } from "../../rights/rights.ts";
import { shardOf } from "../../shard-of.ts";
import { ticketSlackMs } from "../duties/tidying.ts";
import type { People } from "../people.ts";
import type { Place } from "../place.ts";
import type { ShardRows } from "../shard-rows.ts";
import type { Arrival, ArrivalRefusal } from "./arrival.ts";
import type { Closings } from "./closings.ts";
import { type Connection, keep, type LiveSocket, newConnection, restored, sharedPermissions } from "./connection.ts";
import type { Roster } from "./roster.ts";
import { closeSocket, type Sender } from "./sender.ts";

/** Sockets that one user may have, their keys' among them. */
export const maxPerUser = 20;

/** Whom there is no place for comes back after this time and up to as much again, so that not all come at once. */
const fullForSeconds = 30;
/** Sockets of tabs that are gone without a word are noticed within five minutes. */
const tooManyForSeconds = 60;

interface ArrivalsDeps {
  readonly place: Place;
  readonly tickets: ShardRows["tickets"];
  readonly closings: Pick<Closings, "isOutdated">;
  readonly roster: Roster;
  readonly people: People;
  readonly capacity: () => number;
  /** Sockets that were accepted with a tag. */
  readonly tagged: (tag: string) => readonly LiveSocket[];
  readonly now: () => number;
  readonly random: () => number;
  readonly end: (connection: Connection, reason: "replaced") => void;
  /** Told of whoever comes, in this order. */
  readonly greeters: readonly Greeter[];
}

/** Has something to do, or to say, when somebody comes. */
export interface Greeter {
  greet(connection: Connection, arrival: Arrival): void;
}

/** Takes in whoever comes with a ticket. */
export interface Arrivals {
  /** Null for somebody who may come in; their ticket is used then. */
  admit(arrival: Arrival): ArrivalRefusal | null;
  /** Somebody who was admitted and whose socket is open. */
  enter(arrival: Arrival, socket: LiveSocket): void;
}

export const userTag = (userId: string): string => `user:${userId}`;
export const actorTag = (actorId: string): string => `actor:${actorId}`;
export const tagsOf = ({ userId, actor }: Arrival): string[] => [userTag(userId), actorTag(actor.id)];

export function createArrivals({ place, tickets, closings, roster, people, capacity, tagged, now, random, end, greeters }: ArrivalsDeps): Arrivals {
  const socketsOf = (userId: string): Connection[] => tagged(userTag(userId)).flatMap((socket) => roster.get(socket) ?? []);

  return {
    admit(arrival) {
      if (!isHere(place, arrival)) return { code: "misdirected" };
      if (arrival.ticketEndsAt <= now()) return { code: "used_ticket" };
      if (closings.isOutdated(arrival)) return { code: "outdated" };
      const theirs = socketsOf(arrival.userId);
      const replaced = theirs.filter((one) => isSameTab(one, arrival)).length;
      if (roster.size - replaced >= capacity()) return { code: "full", retryAfterSeconds: fullForSeconds + Math.floor(random() * fullForSeconds) };
      if (theirs.length - replaced >= maxPerUser) return { code: "too_many", retryAfterSeconds: tooManyForSeconds };
      return tickets.use(arrival.jti, arrival.ticketEndsAt + ticketSlackMs) ? null : { code: "used_ticket" };
    },

    enter(arrival, socket) {
      const { userId, actor, role, device, tabId, endsAt } = arrival;
      const allowedIps = rangesText(arrival.allowedIps);
      const replaced = socketsOf(userId).filter((one) => isSameTab(one, arrival));
      const since = actor.kind === "session" ? people.open({ userId, device, active: true }, now()) : now();
      const identity = { id: newId("connection", now()), userId, actor, role, device, tabId, endsAt, allowedIps, openedAt: now(), since };
      const connection = newConnection(socket, { ...identity, permissions: sharedPermissions(arrival.permissions) }, now());
      keep(connection);
      roster.add(connection);
      for (const greeter of greeters) greeter.greet(connection, arrival);
      for (const old of replaced) end(old, "replaced");
    },
  };
}

/** The first that somebody hears. */
export const createWelcome = (sender: Sender, now: () => number): Greeter => ({
  greet: (connection) => sender.send(connection, { type: "welcome", connectionId: connection.id, at: now(), heartbeatSeconds, acknowledgeEvery }),
});

/** Those whose sockets were open while the object slept, in the order in which they came. What cannot be read is of another version: its client comes back. */
export function awoken(open: Iterable<readonly [socket: LiveSocket, attachment: unknown]>, now: number): Connection[] {
  const connections: Connection[] = [];
  for (const [socket, attachment] of open) {
    const connection = restored(socket, attachment, now);
    if (connection === null) closeSocket(socket, "moved");
    else connections.push(connection);
  }
  return connections.sort((a, b) => a.openedAt - b.openedAt);
}

const isHere = ({ workspaceId, shard }: Place, arrival: Arrival): boolean =>
  arrival.workspaceId === workspaceId && arrival.shard === shard && shardOf(arrival.userId, arrival.shards) === shard;

const isSameTab = ({ tabId, actor }: Connection, arrival: Arrival): boolean => tabId !== null && tabId === arrival.tabId && actor.id === arrival.actor.id;
