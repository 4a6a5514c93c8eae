import type { Broadcast } from "../../broadcasts/index.ts";
import type { Connection } from "./connection.ts";
import type { Duty } from "./duties.ts";
import type { Roster } from "./roster.ts";
import type { Sender } from "./sender.ts";
import type { ShardRows } from "./shard-rows.ts";

interface BroadcastsDeps {
  readonly workspaceId: string;
  readonly rows: ShardRows["broadcasts"];
  readonly roster: Roster;
  readonly sender: Sender;
  readonly now: () => number;
  /** Those that still hold, for whomever. */
  readonly load: () => Promise<readonly Broadcast[]>;
  readonly fault: (what: string, cause: unknown) => void;
}

/** What operators tell people: each is shown once to whoever is connected, and once to whoever comes while it holds. */
export interface Broadcasts extends Duty {
  /** Answers how many sockets got it; 0 for one that was shown before. */
  show(broadcast: Broadcast): number;
  /** Somebody came. */
  greet(connection: Connection): void;
}

export function createBroadcasts({ workspaceId, rows, roster, sender, now, load, fault }: BroadcastsDeps): Broadcasts {
  let shown = rows.all();
  let isLoaded = false;

  const concernsHere = ({ audience }: Broadcast): boolean => audience === "everyone" || audience === `workspace:${workspaceId}` || audience.startsWith("role:");
  const show = (broadcast: Broadcast): number => {
    if (!concernsHere(broadcast) || broadcast.expiresAt <= now() || !rows.add(broadcast)) return 0;
    shown.push(broadcast);
    const isMeant = (connection: Connection) => isFor(broadcast, connection);
    return sender.sendAll([...roster.all()].filter(isMeant), JSON.stringify({ type: "broadcast", broadcast }));
  };
  const loadOnce = (): void => {
    if (isLoaded) return;
    isLoaded = true;
    load()
      .then((found) => found.forEach(show))
      .catch((cause: unknown) => {
        isLoaded = false;
        fault("broadcasts were not loaded", cause);
      });
  };

  return {
    show,
    greet(connection) {
      for (const broadcast of shown) {
        if (broadcast.expiresAt > now() && isFor(broadcast, connection)) sender.send(connection, { type: "broadcast", broadcast });
      }
      loadOnce();
    },
    name: "broadcasts",
    at: () => shown.reduce<number | null>((first, { expiresAt }) => (first === null || expiresAt < first ? expiresAt : first), null),
    run() {
      rows.dropUntil(now());
      shown = shown.filter(({ expiresAt }) => expiresAt > now());
    },
  };
}

/** People only: a key reads no sentences. */
const isFor = ({ audience }: Broadcast, { actor, role }: Connection): boolean =>
  actor.kind === "session" && (!audience.startsWith("role:") || audience === `role:${role}`);
