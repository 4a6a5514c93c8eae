import { minuteMs } from "../../../platform/index.ts";
import type { CloseReason } from "../../close-reasons.ts";
import type { SocketActor } from "../../socket-actor.ts";
import type { StateStore } from "../shard-state.ts";
import { actorTag, type Greeter } from "../sockets/arrivals.ts";
import type { Connection, LiveSocket } from "../sockets/connection.ts";
import type { Roster } from "../sockets/roster.ts";
import type { Duty } from "./duties.ts";

/** How often the people here are looked for in the database, in case nobody told that they may not be here any more. */
export const checkEveryMs = 5 * minuteMs;

interface RightsCheckDeps {
  readonly store: StateStore;
  readonly roster: Roster;
  readonly now: () => number;
  readonly tagged: (tag: string) => readonly LiveSocket[];
  /** Of these, the ids of those that have ended or may not be in the workspace any more. */
  readonly findEnded: (actors: readonly SocketActor[]) => Promise<Iterable<string>>;
  readonly end: (connection: Connection, reason: CloseReason) => void;
}

/** Looks now and then whether everybody who is here still may be. */
export function createRightsCheck({ store, roster, now, tagged, findEnded, end }: RightsCheckDeps): Duty & Greeter {
  return {
    name: "rights",
    at: () => (roster.size === 0 ? null : store.current.checkedAt + checkEveryMs),
    async run() {
      const actors = new Map([...roster.all()].map(({ actor }) => [actor.id, actor]));
      const ended = actors.size === 0 ? [] : await findEnded([...actors.values()]);
      for (const actorId of ended) {
        for (const socket of tagged(actorTag(actorId))) {
          const connection = roster.get(socket);
          if (connection !== undefined) end(connection, "rights_changed");
        }
      }
      store.save({ checkedAt: now() });
    },
    /** Somebody came, with a ticket for which they were looked for just now. */
    greet() {
      if (roster.size === 1) store.save({ checkedAt: now() });
    },
  };
}
