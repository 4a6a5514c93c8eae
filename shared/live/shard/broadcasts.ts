import type { Broadcast } from "../../broadcasts/index.ts";
import type { Duty } from "./duties/duties.ts";
import { createHeldBroadcasts } from "./held-broadcasts.ts";
import type { ShardRows } from "./shard-rows.ts";
import type { StateStore } from "./shard-state.ts";
import type { Greeter } from "./sockets/arrivals.ts";
import type { Connection } from "./sockets/connection.ts";
import type { Roster } from "./sockets/roster.ts";
import type { Sender } from "./sockets/sender.ts";

interface BroadcastsDeps {
  readonly workspaceId: string;
  readonly store: StateStore;
  readonly rows: ShardRows["broadcasts"];
  readonly roster: Roster;
  readonly sender: Sender;
  readonly now: () => number;
  /** Those that still hold, for whomever. */
  readonly load: () => Promise<readonly Broadcast[]>;
  readonly fault: (what: string, cause: unknown) => void;
}

/** What operators tell people: each is shown once to whoever is connected, and once to whoever comes while it holds. */
export interface Broadcasts extends Duty, Greeter {
  /** One that has ended is shown to nobody any more. Answers how many sockets got it; 0 for one that was shown before. */
  show(broadcast: Broadcast): number;
}

/** Somebody who came before it was known what still holds, and what was held then. */
interface Waiting {
  readonly connection: Connection;
  readonly held: readonly Broadcast[];
}

/**
 * Broadcasts are delivered to objects in which the totals know somebody to be. So they are read when somebody comes to one that is not known, and again
 * once it is: between the two nobody would have delivered anything.
 */
export function createBroadcasts({ workspaceId, store, rows, roster, sender, now, load, fault }: BroadcastsDeps): Broadcasts {
  const held = createHeldBroadcasts(rows, now);
  const waiting: Waiting[] = [];
  /** They were read before this object was known. */
  let isReadEarly = false;
  let reading: Promise<void> | null = null;

  const concernsHere = ({ audience }: Broadcast): boolean => audience === "everyone" || audience === `workspace:${workspaceId}` || audience.startsWith("role:");
  const show = (broadcast: Broadcast): number => {
    if (!concernsHere(broadcast) || !held.take(broadcast)) return 0;
    const isMeant = (connection: Connection) => isFor(broadcast, connection);
    return sender.sendAll([...roster.all()].filter(isMeant), JSON.stringify({ type: "broadcast", broadcast }));
  };
  const showTo = (connection: Connection, broadcasts: readonly Broadcast[]): void => {
    for (const broadcast of broadcasts) if (isFor(broadcast, connection)) sender.send(connection, { type: "broadcast", broadcast });
  };

  const read = async (): Promise<void> => {
    const { listedSince } = store.current;
    const before = held.all();
    const found = await load();
    const holding = new Set(found.map(({ id }) => id));
    for (const broadcast of before) if (!holding.has(broadcast.id)) held.end(broadcast);
    for (const broadcast of found) show(broadcast);
    isReadEarly = listedSince === null;
    if (listedSince !== null) store.save({ broadcastsFor: listedSince });
  };
  const welcomeWaiting = (): void => {
    reading = null;
    for (const each of waiting.splice(0)) {
      const stillHeld = each.held.filter(({ id }) => held.holds(id));
      if (roster.has(each.connection)) showTo(each.connection, stillHeld);
    }
  };
  /** Once for all who wait. What cannot be read is not known to have ended. */
  const readOnce = (): Promise<void> => {
    reading ??= read().finally(welcomeWaiting);
    return reading;
  };
  const isUpToDate = (): boolean => {
    const { listedSince, broadcastsFor } = store.current;
    return listedSince === null ? isReadEarly : broadcastsFor === listedSince;
  };

  return {
    show,
    greet(connection) {
      if (isUpToDate()) return showTo(connection, held.all());
      waiting.push({ connection, held: held.all() });
      readOnce().catch((cause: unknown) => fault("broadcasts were not loaded", cause));
    },
    name: "broadcasts",
    at() {
      const { listedSince } = store.current;
      return listedSince !== null && !isUpToDate() ? listedSince : held.forgetAt();
    },
    async run() {
      held.forget();
      if (store.current.listedSince !== null && !isUpToDate()) await readOnce();
    },
  };
}

/** A key stands for something that people look at, such as a display on a wall; but it is in no role. */
const isFor = ({ audience }: Broadcast, { actor, role }: Connection): boolean =>
  !audience.startsWith("role:") || (actor.kind === "session" && audience === `role:${role}`);
