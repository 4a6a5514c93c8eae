import { minuteMs } from "../../../platform/index.ts";
import type { CloseReason } from "../../close-reasons.ts";
import { areStill, type Rights } from "../../rights/rights.ts";
import type { SocketActor } from "../../socket-actor.ts";
import type { StateStore } from "../shard-state.ts";
import type { Greeter } from "../sockets/arrivals.ts";
import type { Connection } from "../sockets/connection.ts";
import type { Roster } from "../sockets/roster.ts";
import type { Duty } from "./duties.ts";

/** How often the people here are looked for in the database, in case nobody told that they may do less, or may not be here any more. */
export const checkEveryMs = 5 * minuteMs;

interface RightsCheckDeps {
  readonly store: StateStore;
  readonly roster: Roster;
  readonly now: () => number;
  /** What those of them may do who may be in the workspace at all, by id. */
  readonly findRights: (actors: readonly SocketActor[]) => Promise<ReadonlyMap<string, Rights>>;
  readonly end: (connection: Connection, reason: CloseReason) => void;
}

/** Looks now and then whether everybody who is here may still do what their socket was opened for; who may not, or may do more, comes back for it. */
export function createRightsCheck({ store, roster, now, findRights, end }: RightsCheckDeps): Duty & Greeter {
  return {
    name: "rights",
    at: () => (roster.size === 0 ? null : store.current.checkedAt + checkEveryMs),
    async run() {
      // Who comes while the database is asked may know better than its answer does.
      const present = [...roster.all()];
      const actors = new Map(present.map(({ actor }) => [actor.id, actor]));
      const found: ReadonlyMap<string, Rights> = actors.size === 0 ? new Map() : await findRights([...actors.values()]);
      for (const connection of present) {
        const rights = found.get(connection.actor.id);
        if (rights === undefined || !areStill(connection, rights)) end(connection, "rights_changed");
      }
      store.save({ checkedAt: now() });
    },
    /** Somebody came, with a ticket for which they were looked for just now. */
    greet() {
      if (roster.size === 1) store.save({ checkedAt: now() });
    },
  };
}
