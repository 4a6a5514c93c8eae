import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { liveOf, onlineTotalsOf } from "../../../durable-objects/stubs.ts";
import { type LiveEvent, shardOf } from "../../../shared/live/index.ts";
import { hourMs, minuteMs, newId, secondMs } from "../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../helpers/worker/api.ts";
import { arrivalOf, connect, ring, type ShardSocket, shardStub } from "../../helpers/worker/shard-sockets.ts";

const live = liveOf(env);
let workspace: SeededWorkspace;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true });
  workspace = await seedWorkspace();
});
afterEach(() => void vi.useRealTimers());

const later = (ms: number) => void vi.setSystemTime(Date.now() + ms);
const onlineIds = async () => (await live.online(workspace.id, { after: null, limit: 100 })).map(({ userId }) => userId);
const sizes = (count: number) => Promise.all(Array.from({ length: count }, (_, shard) => shardStub(workspace, shard).sizeHere()));
/** Ids of people whose sockets belong into that object, of so many. */
const peopleOf = (shard: number, shards: number, count: number): string[] => {
  const found: string[] = [];
  while (found.length < count) {
    const userId = newId("user");
    if (shardOf(userId, shards) === shard) found.push(userId);
  }
  return found;
};
const broadcast = () => ({ id: newId("broadcast"), message: "Hello", audience: "everyone" as const, createdAt: Date.now(), expiresAt: Date.now() + hourMs });
const event: LiveEvent = { type: "notification.read", unread: 1 };
const moving = (socket: ShardSocket) => vi.waitFor(() => expect(socket.of("moving")).toMatchObject([{ withinMs: 10_000 }]));

describe("a workspace whose connections are spread anew", () => {
  it("loses nobody while they move: everybody is online, and told everything, all the time", async () => {
    const userIds = [0, 1, 2, 3].flatMap((shard) => peopleOf(shard, 4, 3)).toSorted();
    const before = new Map<string, ShardSocket>();
    for (const userId of userIds) before.set(userId, await connect(await arrivalOf(workspace, { userId })));
    await live.reshard(workspace.id, 4);
    const movers = userIds.filter((userId) => shardOf(userId, 4) !== 0);
    for (const userId of movers) {
      const old = before.get(userId);
      if (old === undefined) throw new Error("nobody");
      await moving(old);
      const next = await connect(await arrivalOf(workspace, { userId, shards: 4 }));
      old.close();
      expect(await onlineIds()).toEqual(userIds);
      const text = broadcast();
      expect(await live.broadcast(workspace.id, text)).toBeGreaterThanOrEqual(userIds.length);
      await vi.waitFor(() => expect(next.of("broadcast").map(({ broadcast: { id } }) => id)).toContain(text.id));
    }
    await vi.waitFor(async () => expect(await sizes(4)).toEqual([3, 3, 3, 3]));
    // Who moved is online where they are now, and nowhere else.
    expect((await shardStub(workspace).onlineHere({ after: null, limit: 100 })).map(({ userId }) => userId)).toEqual(
      userIds.filter((userId) => shardOf(userId, 4) === 0),
    );
    expect(userIds.map((userId) => before.get(userId)?.closed).filter((closed) => closed !== null)).toHaveLength(movers.length);
    later(2 * minuteMs);
    expect(await onlineIds()).toEqual(userIds);
  });

  it("goes back to fewer objects, forgets the others when they are empty, and calls them no more", async () => {
    const [userId = ""] = peopleOf(1, 2, 1);
    await live.reshard(workspace.id, 2);
    const old = await connect(await arrivalOf(workspace, { userId, shards: 2 }));
    await live.reshard(workspace.id, 1);
    await moving(old);
    later(10 * minuteMs);
    old.say({ type: "ack", received: 1 });
    await ring(workspace);
    expect(await live.close(workspace.id, { reason: "rights_changed", userId: null, actorId: null })).toBe(1);
    later(2 * minuteMs);
    await ring(workspace);
    await runInDurableObject(shardStub(workspace), (_, { storage }) => {
      const { width } = storage.sql.exec<{ width: number }>("SELECT data ->> '$.width' AS width FROM shard_state").one();
      expect(width).toBe(1);
    });
    const tables = await runInDurableObject(shardStub(workspace, 1), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('used_ticket', 'shard_state')").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("closes who does not move, after their time", async () => {
    const [stays = "", moves = ""] = [...peopleOf(0, 2, 1), ...peopleOf(1, 2, 1)];
    const [home, stranger] = [await connect(await arrivalOf(workspace, { userId: stays })), await connect(await arrivalOf(workspace, { userId: moves }))];
    await live.reshard(workspace.id, 2);
    await moving(stranger);
    await evictDurableObject(shardStub(workspace));
    later(50 * secondMs);
    await ring(workspace);
    await stranger.read();
    expect(stranger.closed).toBeNull();
    later(11 * secondMs);
    await ring(workspace);
    await vi.waitFor(() => expect(stranger.closed).toBe("4000 moved"));
    await home.read();
    expect(home.closed).toBeNull();
    expect(home.of("moving")).toEqual([]);
  });

  // Before zero: by the clock of another machine.
  it.each([-4, 0, 1, 4, 29])("tells who comes with a ticket that was made %i seconds before to move at once", async (seconds) => {
    const [userId = ""] = peopleOf(1, 2, 1);
    const arrival = await arrivalOf(workspace, { userId });
    later(seconds * secondMs);
    await live.reshard(workspace.id, 2);
    await moving(await connect(arrival));
  });

  it("tells who comes with a newer ticket than it knows of nothing", async () => {
    const [other = ""] = peopleOf(3, 4, 1);
    const [third = ""] = peopleOf(1, 3, 50).filter((id) => shardOf(id, 2) === 0);
    await live.reshard(workspace.id, 2);
    later(6 * secondMs);
    // The objects do not know yet that there are more.
    for (const newer of [
      await connect(await arrivalOf(workspace, { userId: third, shards: 3 })),
      await connect(await arrivalOf(workspace, { userId: other, shards: 4 })),
    ]) {
      await newer.read();
      expect(newer.of("moving")).toEqual([]);
    }
    await vi.waitFor(async () => expect(await onlineIds()).toContain(other));
  });

  it("tells somebody's `me` and closes their sockets wherever they are", async () => {
    const [userId = ""] = peopleOf(2, 3, 1);
    await live.reshard(workspace.id, 3);
    later(5 * minuteMs);
    const socket = await connect(await arrivalOf(workspace, { userId, shards: 3 }));
    socket.say({ type: "subscribe", topic: "me" });
    await vi.waitFor(() => expect(socket.of("subscribed")).toHaveLength(1));
    expect(await live.publish(workspace.id, { topic: "me", userId, at: Date.now(), event })).toBe(1);
    expect(await live.close(workspace.id, { reason: "disconnected", userId, actorId: null })).toBe(1);
    await vi.waitFor(() => expect(socket.closed).toBe("4002 disconnected"));
  });
});

describe("what the objects of a workspace report", () => {
  it("adds up, and is told to whoever follows the workspace in any of them", async () => {
    await live.reshard(workspace.id, 2);
    const [first = ""] = peopleOf(0, 2, 1);
    const [second = ""] = peopleOf(1, 2, 1);
    const sockets: ShardSocket[] = [];
    for (const userId of [first, second]) sockets.push(await connect(await arrivalOf(workspace, { userId, shards: 2 })));
    for (const socket of sockets) {
      socket.say({ type: "subscribe", topic: "workspace" });
      await vi.waitFor(() => expect(socket.of("subscribed")).toHaveLength(1));
    }
    for (let rounds = 0; rounds < 2; rounds++) {
      later(11 * secondMs);
      await ring(workspace, 1);
      await ring(workspace, 0);
    }
    const presence = { type: "presence", users: 2, active: 2, connections: 2 };
    for (const socket of sockets) await vi.waitFor(() => expect(socket.of("event").at(-1)?.event).toEqual(presence));
    const { shards } = (await onlineTotalsOf(env).stats()).part;
    expect(shards.filter(({ workspaceId }) => workspaceId === workspace.id)).toHaveLength(2);
  });

  it("counts nobody twice who is about to move", async () => {
    const people = [0, 1].flatMap((shard) => peopleOf(shard, 2, 2));
    for (const userId of people) await connect(await arrivalOf(workspace, { userId }));
    await live.reshard(workspace.id, 2);
    // The old connections of those who belong elsewhere stay for as long as they may.
    for (const userId of people) if (shardOf(userId, 2) === 1) await connect(await arrivalOf(workspace, { userId, shards: 2 }));
    later(11 * secondMs);
    await ring(workspace, 0);
    await ring(workspace, 1);
    const { shards } = (await onlineTotalsOf(env).stats()).part;
    const here = shards.filter(({ workspaceId }) => workspaceId === workspace.id).map(({ users }) => users);
    expect([people.length, here]).toEqual([4, [2, 2]]);
  });

  it("reaches no other workspace", async () => {
    const other = await seedWorkspace();
    const [mine, theirs] = [await connect(await arrivalOf(workspace)), await connect(await arrivalOf(other))];
    for (const socket of [mine, theirs]) {
      socket.say({ type: "subscribe", topic: "workspace" });
      await vi.waitFor(() => expect(socket.of("subscribed")).toHaveLength(1));
    }
    later(secondMs);
    await ring(workspace);
    await ring(other);
    const one = { type: "presence", users: 1, active: 1, connections: 1 };
    // Once as it stands, and once since the totals know of it.
    for (const socket of [mine, theirs]) await vi.waitFor(() => expect(socket.of("event").map(({ event: told }) => told)).toEqual([one, one]));
    expect(await onlineIds()).toEqual([workspace.userId]);
  });
});

describe("an object that fails", () => {
  it("keeps the others from nothing; whoever asked hears of it", async () => {
    await live.reshard(workspace.id, 2);
    const [first = ""] = peopleOf(0, 2, 1);
    const socket = await connect(await arrivalOf(workspace, { userId: first, shards: 2 }));
    await runInDurableObject(shardStub(workspace, 1), (object) => {
      Object.defineProperty(object, "broadcastHere", { value: () => Promise.reject(new Error("broken")) });
    });
    await expect(live.broadcast(workspace.id, broadcast())).rejects.toThrow("answered");
    await vi.waitFor(() => expect(socket.of("broadcast")).toHaveLength(1));
  });
});
