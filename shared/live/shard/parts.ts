import { minuteMs } from "../../platform/index.ts";
import type { CloseReason } from "../close-reasons.ts";
import { type Connection, restored } from "./connection.ts";
import { createMovers, type Movers } from "./movers.ts";
import { createPeople, type People } from "./people.ts";
import { createReports, type Reports } from "./reports.ts";
import { createRoster, type Roster } from "./roster.ts";
import { closeSocket, createSender, type Sender } from "./sender.ts";
import type { ShardDeps } from "./shard-deps.ts";
import { createShardRows, type ShardRows } from "./shard-rows.ts";
import { createStateStore, type StateStore } from "./shard-state.ts";
import { createTraffic, type Traffic } from "./traffic.ts";

/** Somebody is offline so long after their last socket was closed: pages are loaded again, trains enter tunnels. */
const offlineAfterMs = minuteMs;

/** Who is in an object, and all that follows from somebody leaving it. */
export interface Parts {
  readonly store: StateStore;
  readonly rows: ShardRows;
  readonly roster: Roster;
  readonly people: People;
  readonly traffic: Traffic;
  readonly sender: Sender;
  readonly movers: Movers;
  readonly reports: Reports;
  /** Takes somebody out; once. Their socket is closed for the reason, unless they left. */
  end(connection: Connection, reason: CloseReason | "left"): void;
}

/** Everything as it was before the object slept, from what is kept with its sockets and in its storage. */
export function createParts(deps: ShardDeps): Parts {
  const { place, sql, now } = deps;
  const store = createStateStore(sql, place);
  const rows = createShardRows(sql);
  const roster = createRoster();
  const traffic = createTraffic();
  const people = createPeople(rows.leaving);

  const end: Parts["end"] = (connection, reason) => {
    if (!roster.remove(connection)) return;
    traffic.closed(reason);
    const { actor, userId } = connection;
    // Who moved is online elsewhere.
    if (actor.kind === "session") people.close(connection, { stays: movers.isAtHome(userId), offlineAt: now() + offlineAfterMs });
    reports.touch();
    if (reason !== "left") closeSocket(connection.socket, reason);
  };
  const sender = createSender({
    end,
    count(sent) {
      traffic.sent(sent);
      reports.touch();
    },
  });
  const movers = createMovers({ place, store, roster, sender, now, end });

  for (const connection of awoken(deps)) {
    roster.add(connection);
    if (connection.actor.kind === "session") people.restore(connection, connection.since);
    movers.restore(connection);
  }
  const reports = createReports({ ...deps, store, people, traffic, integrations: () => roster.integrations, tell: deps.front.notePresence });
  return { store, rows, roster, people, traffic, sender, movers, reports, end };
}

/** Those whose sockets were open while the object slept, in the order in which they came. What cannot be read is of another version: its client comes back. */
function awoken({ sockets, now }: ShardDeps): Connection[] {
  const connections: Connection[] = [];
  for (const [socket, attachment] of sockets.all()) {
    const connection = restored(socket, attachment, now());
    if (connection === null) closeSocket(socket, "moved");
    else connections.push(connection);
  }
  return connections.sort((a, b) => a.openedAt - b.openedAt);
}
