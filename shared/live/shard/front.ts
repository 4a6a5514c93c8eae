import type { Broadcast } from "../../broadcasts/index.ts";
import { AppError } from "../../platform/index.ts";
import { reportEveryMs, type WorkspacePresence } from "../../presence/index.ts";
import type { Closing, Live, OnlineUser, Publication } from "../live.ts";
import type { Duty } from "./duties/duties.ts";
import { narrowAfterMs, narrowAgainMs, placesOf } from "./moves.ts";
import type { ShardPart } from "./shard.ts";
import type { FrontDesk } from "./shard-deps.ts";
import type { StateStore } from "./shard-state.ts";

/** One of the workspace's objects, which may be this one. */
export type Peer = { readonly [Name in keyof ShardPart]: (...parameters: Parameters<ShardPart[Name]>) => Promise<ReturnType<ShardPart[Name]>> } & {
  /** Closes everything and forgets it. */
  clear(): Promise<void>;
};

interface FrontDeps {
  readonly store: StateStore;
  readonly peer: (shard: number) => Peer;
  readonly now: () => number;
}

/** What the first of a workspace's objects does for all of them: `Live`, of its workspace. */
export type Front = {
  readonly [Name in keyof Live]: Live[Name] extends (workspaceId: string, ...rest: infer Rest) => infer Answer ? (...rest: Rest) => Answer : never;
} & FrontDesk & {
    readonly duties: readonly Duty[];
  };

export function createFront({ store, peer, now }: FrontDeps): Front {
  const spread = () => ({ ...store.current, shards: store.current.shards ?? 1 });
  /** One that does not answer keeps the others from nothing; whoever asked hears of it, and asks again. */
  const each = async <T>(userId: string | null, ask: (peer: Peer) => Promise<T>): Promise<T[]> => {
    const answers = await Promise.allSettled(placesOf(spread(), userId, now()).map((shard) => ask(peer(shard))));
    const failed = answers.find((answer) => answer.status === "rejected");
    if (failed !== undefined) throw new AppError("unavailable", "Not every object of live connections answered.", { cause: failed.reason });
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  };
  const total = async (counts: Promise<number[]>): Promise<number> => (await counts).reduce((sum, count) => sum + count, 0);
  const publish = (publication: Publication): Promise<number> =>
    total(each(publication.topic === "me" ? (publication.userId ?? null) : null, (one) => one.publish(publication)));
  const narrowing = createNarrowing({ store, peer, now });
  const presence = createPresence({ publish, now });

  return {
    publish,
    broadcast: (broadcast: Broadcast) => total(each(null, (one) => one.broadcast(broadcast))),
    close: (closing: Closing) => total(each(closing.userId, (one) => one.close(closing))),
    async online(page) {
      const pages = await each(null, (one) => one.online(page));
      return merge(pages.flat()).slice(0, page.limit);
    },
    async reshard(shards) {
      const width = Math.max(store.current.width, shards);
      store.save({ shards, width, settledAt: now(), narrowAt: width > shards ? now() + narrowAfterMs : null });
      await each(null, (one) => one.settle(shards));
    },
    async clear() {
      await each(null, (one) => one.clear());
    },
    async forget(userId) {
      await each(null, (one) => one.forget(userId));
    },
    async join(shards) {
      if (shards > store.current.width) store.save({ width: shards, narrowAt: now() + narrowAfterMs });
    },
    notePresence: presence.note,
    duties: [narrowing, presence],
  };
}

/** People in the order of their ids; somebody who is moving is in two objects, and one person. */
function merge(users: readonly OnlineUser[]): OnlineUser[] {
  const merged = new Map<string, OnlineUser>();
  for (const user of users) {
    const known = merged.get(user.userId);
    merged.set(user.userId, known === undefined ? user : together(known, user));
  }
  return [...merged.values()].sort((a, b) => (a.userId < b.userId ? -1 : 1));
}

const together = (a: OnlineUser, b: OnlineUser): OnlineUser => ({
  userId: a.userId,
  since: Math.min(a.since, b.since),
  active: a.active || b.active,
  connections: a.connections + b.connections,
  devices: [...new Set([...a.devices, ...b.devices])],
});

/** Stops calling objects that are no longer needed, once they are empty. */
const createNarrowing = ({ store, peer, now }: Pick<FrontDeps, "store" | "peer" | "now">): Duty => ({
  name: "narrowing",
  at: () => store.current.narrowAt,
  async run() {
    const { shards, width } = store.current;
    const needed = shards ?? 1;
    const rest = Array.from({ length: width - needed }, (_, i) => peer(needed + i));
    const sizes = await Promise.all(rest.map((one) => one.size()));
    if (sizes.some((size) => size > 0)) return store.save({ narrowAt: now() + narrowAgainMs });
    await Promise.all(rest.map((one) => one.clear()));
    // They may have become more meanwhile.
    if (store.current.width === width && store.current.shards === shards) store.save({ width: needed, narrowAt: null });
  },
});

interface PresenceDeps {
  readonly publish: (publication: Publication) => Promise<number>;
  readonly now: () => number;
}

/** Tells everybody how many are online, when that changed and at most every ten seconds, however many objects report it. */
function createPresence({ publish, now }: PresenceDeps): Duty & { note(presence: WorkspacePresence): Promise<void> } {
  let told: string | null = null;
  let toldAt = 0;
  let waiting: WorkspacePresence | null = null;
  const tell = async (): Promise<void> => {
    if (waiting === null) return;
    const { users, active, connections } = waiting;
    told = JSON.stringify({ users, active, connections });
    toldAt = now();
    waiting = null;
    await publish({ topic: "workspace", at: toldAt, event: { type: "presence", users, active, connections } });
  };
  return {
    name: "presence",
    at: () => (waiting === null ? null : toldAt + reportEveryMs),
    run: tell,
    async note(presence) {
      const { users, active, connections } = presence;
      waiting = JSON.stringify({ users, active, connections }) === told ? null : { users, active, connections };
      if (now() >= toldAt + reportEveryMs) await tell();
    },
  };
}
