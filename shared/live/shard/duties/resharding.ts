import { clockToleranceMs } from "../../../platform/index.ts";
import type { CloseReason } from "../../close-reasons.ts";
import { isAtHome, moveAtLatestMs, moveWithinMs } from "../moves.ts";
import type { Place } from "../place.ts";
import type { StateStore } from "../shard-state.ts";
import type { Greeter } from "../sockets/arrivals.ts";
import type { Connection } from "../sockets/connection.ts";
import type { Roster } from "../sockets/roster.ts";
import type { Sender } from "../sockets/sender.ts";
import type { Duty } from "./duties.ts";

interface ReshardingDeps {
  readonly place: Place;
  readonly store: StateStore;
  readonly roster: Roster;
  readonly sender: Sender;
  readonly now: () => number;
  readonly end: (connection: Connection, reason: CloseReason) => void;
}

/** Connections that belong into another object: they are told, open the new one, and close this one; who does not is closed. */
export interface Resharding extends Duty, Greeter {
  /** From now on the workspace's connections are spread over so many objects. */
  settle(shards: number): void;
  /** Somebody who was here before the object slept; they were told. */
  restore(connection: Connection): void;
}

export function createResharding({ place, store, roster, sender, now, end }: ReshardingDeps): Resharding {
  /** Until when each may stay; in that order, since all have the same time. */
  const leavingBy = new Map<Connection, number>();

  const isStranger = ({ userId }: Connection): boolean => !isAtHome(place, userId, store.current.shards);
  const wait = (connection: Connection, from: number): void => void leavingBy.set(connection, from + moveAtLatestMs);

  return {
    name: "moves",
    settle(shards) {
      store.save({ shards, settledAt: now() });
      const strangers = [...roster.all()].filter(isStranger);
      leavingBy.clear();
      for (const connection of strangers) wait(connection, now());
      sender.sendAll(strangers, JSON.stringify({ type: "moving", withinMs: moveWithinMs }));
    },
    greet(connection, { ticketIssuedAt }) {
      if (!isStranger(connection)) return;
      // A ticket from after connections were spread anew knows better than this object, which will hear of it. Who might have an older one, by the clock
      // of another machine, had better be told in vain than stay.
      if (ticketIssuedAt > store.current.settledAt + clockToleranceMs) return;
      wait(connection, now());
      sender.send(connection, { type: "moving", withinMs: moveWithinMs });
    },
    restore(connection) {
      if (isStranger(connection)) wait(connection, Math.max(connection.openedAt, store.current.settledAt));
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
