import { minuteMs } from "../../../platform/index.ts";
import type { CloseReason } from "../../close-reasons.ts";
import type { Closing } from "../../live.ts";
import type { Duty } from "../duties/duties.ts";
import { isAtHome } from "../moves.ts";
import type { People } from "../people.ts";
import type { Place } from "../place.ts";
import type { StateStore } from "../shard-state.ts";
import type { Traffic } from "../traffic.ts";
import { actorTag, userTag } from "./arrivals.ts";
import type { Connection, LiveSocket } from "./connection.ts";
import type { Roster } from "./roster.ts";
import { closeSocket } from "./sender.ts";

/** Somebody is offline so long after their last socket was closed: pages are loaded again, trains enter tunnels. */
const offlineAfterMs = minuteMs;

interface DeparturesDeps {
  readonly place: Place;
  readonly store: StateStore;
  readonly roster: Roster;
  readonly people: People;
  readonly traffic: Traffic;
  /** Sockets that were accepted with a tag. */
  readonly tagged: (tag: string) => readonly LiveSocket[];
  readonly now: () => number;
  /** Something changed that others may see. */
  readonly touch: () => void;
}

/** Lets people out, and forgets them when they do not come back. */
export interface Departures {
  /** Takes somebody out; once. Their socket is closed for the reason, unless they left. */
  end(connection: Connection, reason: CloseReason | "left"): void;
  /** Takes out all whom it fits; answers how many. */
  close(closing: Closing): number;
  /** Notices who has been away for too long. */
  readonly offline: Duty;
}

export function createDepartures({ place, store, roster, people, traffic, tagged, now, touch }: DeparturesDeps): Departures {
  const end: Departures["end"] = (connection, reason) => {
    if (!roster.remove(connection)) return;
    traffic.closed(reason);
    // Who moved is online elsewhere.
    const stays = isAtHome(place, connection.userId, store.current.shards);
    if (connection.actor.kind === "session") people.close(connection, { stays, offlineAt: now() + offlineAfterMs });
    touch();
    if (reason !== "left") closeSocket(connection.socket, reason);
  };

  return {
    end,
    close({ reason, userId, actorId }) {
      // By the platform's own index: one person's sockets are found among thousands without looking at the others.
      const tag = actorId === null ? userId && userTag(userId) : actorTag(actorId);
      const found = tag === null ? [...roster.all()] : tagged(tag).flatMap((socket) => roster.get(socket) ?? []);
      const theirs = found.filter((connection) => userId === null || connection.userId === userId);
      for (const connection of theirs) end(connection, reason);
      return theirs.length;
    },
    offline: {
      name: "offline",
      at: people.offlineAt,
      run() {
        if (people.settle(now()) > 0) touch();
      },
    },
  };
}
