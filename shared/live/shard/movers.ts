import { secondMs } from "../../platform/index.ts";
import type { CloseReason } from "../close-reasons.ts";
import type { Connection } from "./connection.ts";
import type { Duty } from "./duties.ts";
import { belongsElsewhere, moveAtLatestMs, moveWithinMs } from "./moves.ts";
import type { Place } from "./place.ts";
import type { Roster } from "./roster.ts";
import type { Sender } from "./sender.ts";
import type { StateStore } from "./shard-state.ts";

/** A ticket is good for so long. */
const ticketMs = 30 * secondMs;

interface MoversDeps {
  readonly place: Place;
  readonly store: StateStore;
  readonly roster: Roster;
  readonly sender: Sender;
  readonly now: () => number;
  readonly end: (connection: Connection, reason: CloseReason) => void;
}

/** Connections that belong into another object: they are told, open the new one, and close this one; who does not is closed. */
export interface Movers extends Duty {
  /** From now on the workspace's connections are spread over so many objects. */
  settle(shards: number): void;
  /** Somebody came; they are told when their ticket is from before connections were spread anew, and they belong elsewhere now. */
  greet(connection: Connection, ticketEndsAt: number): void;
  /** Somebody who was here before the object slept; they were told. */
  restore(connection: Connection): void;
  /** Whether somebody's sockets belong here; also when nobody knows better. */
  isAtHome(userId: string): boolean;
}

export function createMovers({ place, store, roster, sender, now, end }: MoversDeps): Movers {
  /** Until when each may stay; in that order, since all have the same time. */
  const leavingBy = new Map<Connection, number>();

  const isAtHome = (userId: string): boolean => store.current.shards === null || !belongsElsewhere(place, userId, store.current.shards);
  const wait = (connection: Connection, from: number): void => void leavingBy.set(connection, from + moveAtLatestMs);

  return {
    name: "moves",
    isAtHome,
    settle(shards) {
      store.save({ shards, settledAt: now() });
      const strangers = [...roster.all()].filter(({ userId }) => !isAtHome(userId));
      leavingBy.clear();
      for (const connection of strangers) wait(connection, now());
      sender.sendAll(strangers, JSON.stringify({ type: "moving", withinMs: moveWithinMs }));
    },
    greet(connection, ticketEndsAt) {
      // A newer ticket knows better than this object, which will hear of it.
      if (isAtHome(connection.userId) || ticketEndsAt > store.current.settledAt + ticketMs) return;
      wait(connection, now());
      sender.send(connection, { type: "moving", withinMs: moveWithinMs });
    },
    restore(connection) {
      if (!isAtHome(connection.userId)) wait(connection, Math.max(connection.openedAt, store.current.settledAt));
    },
    at: () => leavingBy.values().next().value ?? null,
    run() {
      for (const [connection, by] of leavingBy) {
        if (by > now()) break;
        leavingBy.delete(connection);
        // Those who have left by themselves are not there any more.
        if (roster.has(connection)) end(connection, "moved");
      }
    },
  };
}
