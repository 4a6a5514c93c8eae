import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onlineTotalsOf, totalsNodesOf } from "../../../durable-objects/stubs.ts";
import { dayMs, minuteMs, newId, secondMs } from "../../../shared/platform/index.ts";
import { perDevice, reportEveryMs, type ShardSnapshot, snapshotExpiresMs } from "../../../shared/presence/index.ts";

/** Leaves there are once more than 40 objects of sockets report: test/helpers/worker/faulty-worker.ts. */
const leaves = ["leaf:0", "leaf:1", "leaf:2", "leaf:3", "leaf:4", "leaf:5", "leaf:6", "leaf:7"];
const start = Date.UTC(2026, 10, 22, 12, 0, 30);

const stubOf = (name: string) => env.ONLINE_TOTALS.get(env.ONLINE_TOTALS.idFromName(name));
const totals = () => onlineTotalsOf(env);
const passTime = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
const ring = async (...names: string[]): Promise<void> => {
  for (const name of names) await runDurableObjectAlarm(stubOf(name));
};

function snapshotOf(values: Partial<ShardSnapshot> = {}): ShardSnapshot {
  return {
    workspaceId: newId("workspace"),
    shard: 0,
    generation: 1,
    seq: 1,
    at: Date.now(),
    users: 3,
    active: 2,
    connections: { desktop: 3, tablet: 0, mobile: 2, other: 0 },
    integrations: 1,
    capacity: 100,
    traffic: { opened: 9, refused: 1, closed: { left: 2, silent: 1 }, received: 20, sent: 30 },
    ...values,
  };
}

const usersNow = async (): Promise<number> => (await totals().now()).sums.users;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  for (const name of ["root", ...leaves]) {
    await runInDurableObject(stubOf(name), async (_, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await evictDurableObject(stubOf(name));
  }
});
afterEach(() => void vi.useRealTimers());

describe("a report", () => {
  it("answers what the workspace adds up to, over all of its objects and of no other workspace", async () => {
    const { report } = totals();
    const one = snapshotOf();
    await report(snapshotOf());
    expect(await report(one)).toEqual({ users: 3, active: 2, connections: 5 });
    expect(await report({ ...one, shard: 1, users: 4, active: 0 })).toEqual({ users: 7, active: 2, connections: 10 });
    expect((await totals().now()).sums).toMatchObject({
      users: 10,
      devices: { desktop: 9, mobile: 6 },
      integrations: 3,
      shards: 3,
      closed: { left: 6, silent: 3 },
    });
  });

  it.each([
    ["of an older number", { generation: 5, seq: 6 }],
    ["of the same number", { generation: 5, seq: 7 }],
    ["of an older instance", { generation: 4, seq: 99 }],
  ])("%s changes nothing", async (_, older) => {
    const { report } = totals();
    const snapshot = snapshotOf({ generation: 5, seq: 7 });
    await report(snapshot);
    expect((await report({ ...snapshot, ...older, users: 99 })).users).toBe(3);
    expect(await usersNow()).toBe(3);
  });

  it.each([
    ["of a newer number", { generation: 5, seq: 8 }],
    ["of a newer instance", { generation: 6, seq: 1 }],
  ])("%s takes the place of the one before", async (_, newer) => {
    const { report } = totals();
    const snapshot = snapshotOf({ generation: 5, seq: 7 });
    await report(snapshot);
    await report({ ...snapshot, ...newer, users: 1 });
    expect(await usersNow()).toBe(1);
  });

  it("is still known after the object was evicted", async () => {
    await totals().report(snapshotOf());
    await evictDurableObject(stubOf("root"));
    expect(await usersNow()).toBe(3);
  });

  it("that is not confirmed is forgotten, and its rows with it", async () => {
    const { report } = totals();
    const [dead, alive] = [snapshotOf(), snapshotOf()];
    await report(dead);
    passTime(5 * minuteMs);
    await report({ ...alive, seq: 1 });
    passTime(snapshotExpiresMs - 5 * minuteMs);
    expect(await usersNow()).toBe(3);
    await ring("root");
    const rows = await runInDurableObject(stubOf("root"), (_, { storage }) => storage.sql.exec("SELECT workspace_id FROM shard").toArray());
    expect(rows).toEqual([{ workspace_id: alive.workspaceId }]);
  });

  it("writes two rows at most, and one when the minute says so already", async () => {
    const { report } = totals();
    const snapshot = snapshotOf();
    await report(snapshot);
    const written = () => runInDurableObject(stubOf("root"), (_, { storage }) => Number(storage.sql.exec("SELECT total_changes() AS n").one().n));
    const before = await written();
    await report({ ...snapshot, seq: 2 });
    const same = await written();
    await report({ ...snapshot, seq: 3, users: 4 });
    expect([same - before, (await written()) - same]).toEqual([1, 2]);
  });
});

describe("who left", () => {
  it("is gone at once, and what was said before that changes nothing when it comes late", async () => {
    const { report, leave } = totals();
    const snapshot = snapshotOf({ seq: 2 });
    await report(snapshot);
    await leave(snapshot.workspaceId, 0);
    await report({ ...snapshot, seq: 1 });
    await report(snapshot);
    expect(await usersNow()).toBe(0);
    await report({ ...snapshot, generation: 2, seq: 1 });
    expect(await usersNow()).toBe(3);
  });

  it("was never there: nothing happens", async () => {
    await totals().leave(newId("workspace"), 0);
    expect(await usersNow()).toBe(0);
  });
});

describe("peaks and the series", () => {
  it("keep the highest of all time and of the present day, over an eviction", async () => {
    const { report } = totals();
    const snapshot = snapshotOf({ users: 8 });
    await report(snapshot);
    await report({ ...snapshot, seq: 2, users: 1 });
    await evictDurableObject(stubOf("root"));
    passTime(dayMs);
    await totals().report({ ...snapshot, seq: 3, users: 5 });
    const at = Math.floor(start / minuteMs) * minuteMs;
    expect((await totals().now()).peaks).toMatchObject({
      ever: { users: { count: 8, at }, connections: { count: 5, at } },
      today: { users: { count: 5, at: at + dayMs } },
    });
  });

  it("keep the highest of all time when its minute is not kept any more", async () => {
    const { report } = totals();
    const snapshot = snapshotOf({ users: 8 });
    await report(snapshot);
    for (let i = 0; i < 3; i++) {
      passTime(dayMs);
      await ring("root");
    }
    await evictDurableObject(stubOf("root"));
    const { peaks } = await totals().now();
    expect([peaks.ever.users.count, peaks.today.users]).toEqual([8, { count: 0, at: null }]);
    const kept = await runInDurableObject(stubOf("root"), (_, { storage }) => storage.sql.exec("SELECT at FROM minute WHERE users > 0").toArray());
    expect(kept).toEqual([]);
  });

  it("go on with the last number while nothing is said, and end with nobody once it has expired", async () => {
    await totals().report(snapshotOf());
    passTime(20 * minuteMs);
    const { series, peaks } = await totals().stats();
    expect(series.map(({ users }) => users)).toEqual([...Array.from({ length: 11 }, () => 3), ...Array.from({ length: 10 }, () => 0)]);
    expect(peaks.today.users.count).toBe(3);
  });

  it("begin with the first minute of which anything is known, and are a whole day once minutes before it were forgotten", async () => {
    const seriesNow = async () => (await totals().stats()).series.map(({ at }) => at);
    const first = Math.floor(start / minuteMs) * minuteMs;
    expect(await seriesNow()).toEqual([]);
    await totals().report(snapshotOf());
    passTime(2 * minuteMs);
    expect(await seriesNow()).toEqual([first, first + minuteMs, first + 2 * minuteMs]);
    for (let i = 0; i < 3; i++) {
      passTime(dayMs);
      await ring("root");
    }
    await evictDurableObject(stubOf("root"));
    expect(await seriesNow()).toHaveLength(1_440);
  });
});

describe("workspaces", () => {
  it("are listed with the largest first, the first hundred, and how many there are", async () => {
    const { report } = totals();
    const ids: string[] = [];
    for (let users = 1; users <= 30; users++) {
      const snapshot = snapshotOf({ users });
      ids.unshift(snapshot.workspaceId);
      await report(snapshot);
    }
    const { part } = await totals().stats();
    expect(part.workspaceCount).toBe(30);
    expect(part.workspaces.map(({ workspaceId }) => workspaceId)).toEqual(ids);
  });

  it("in which a broadcast finds somebody are found by its audience: people and programs, but a role is of people alone", async () => {
    const { report } = totals();
    const [people, keysOnly] = [snapshotOf(), snapshotOf({ users: 0, active: 0, connections: perDevice(0) })];
    await report(people);
    await report(keysOnly);
    await report(snapshotOf({ users: 0, active: 0, connections: perDevice(0), integrations: 0 }));
    expect((await totals().workspacesWith("everyone")).toSorted()).toEqual([people.workspaceId, keysOnly.workspaceId].sort());
    expect(await totals().workspacesWith("role:admin")).toEqual([people.workspaceId]);
    expect(await totals().workspacesWith(`workspace:${people.workspaceId}`)).toEqual([people.workspaceId]);
    expect(await totals().workspacesWith(`workspace:${keysOnly.workspaceId}`)).toEqual([keysOnly.workspaceId]);
    expect(await totals().workspacesWith(`workspace:${newId("workspace")}`)).toEqual([]);
  });

  it("that are erased leave nothing", async () => {
    const { report, forget } = totals();
    const [gone, other] = [snapshotOf(), snapshotOf()];
    await report(gone);
    await report(other);
    await forget(gone.workspaceId);
    const rows = await runInDurableObject(stubOf("root"), (_, { storage }) => storage.sql.exec("SELECT workspace_id FROM shard").toArray());
    expect(rows).toEqual([{ workspace_id: other.workspaceId }]);
    expect(await usersNow()).toBe(3);
  });
});

describe("with more objects of sockets than one place adds up", () => {
  /** Fake objects of sockets, each with a way of its own to the place that adds it up. */
  function fleet(size: number) {
    const workspaceIds = Array.from({ length: Math.ceil(size / 3) }, () => newId("workspace"));
    return Array.from({ length: size }, (_, at) => {
      let snapshot = snapshotOf({ workspaceId: workspaceIds[Math.floor(at / 3)] ?? "", shard: at % 3, seq: 0, users: 0 });
      let own = totals();
      return {
        get snapshot() {
          return snapshot;
        },
        async report(users: number) {
          snapshot = { ...snapshot, seq: snapshot.seq + 1, users };
          return await own.report(snapshot);
        },
        /** As after an eviction. */
        forgetWay() {
          own = totals();
        },
      };
    });
  }
  const settle = async (): Promise<void> => {
    passTime(reportEveryMs);
    await ring(...leaves);
  };

  it("leaves add up, and the sum is never more than what is there, and the same in the end, whoever is evicted meanwhile", { timeout: 120_000 }, async () => {
    const shards = fleet(200);
    const there = () => shards.reduce((sum, { snapshot }) => sum + snapshot.users, 0);
    for (const [at, shard] of shards.entries()) {
      await shard.report(1 + (at % 7));
      if (at % 13 === 0) expect(await usersNow()).toBeLessThanOrEqual(there());
      if (at % 50 === 49) await evictDurableObject(stubOf(at % 100 === 99 ? "root" : "leaf:1"));
      if (at % 20 === 19) await settle();
    }
    // Those that the root took before there were leaves come to their leaf, some after an eviction of their own; nobody is counted twice meanwhile.
    for (const [at, shard] of shards.entries()) {
      if (at % 2 === 0) shard.forgetWay();
      await shard.report(7 + (at % 5));
      if (at % 40 === 0) await settle();
      if (at % 17 === 0) expect(await usersNow()).toBeLessThanOrEqual(there());
    }
    await settle();
    const { sums, peaks } = await totals().now();
    expect([sums.users, sums.shards]).toEqual([there(), 200]);
    expect(peaks.ever.users.count).toBeLessThanOrEqual(there());
    const rows = await runInDurableObject(stubOf("root"), (_, { storage }) => storage.sql.exec("SELECT count(*) AS n FROM shard").one().n);
    expect(rows).toBe(0);
    for (const name of ["root", ...leaves.slice(0, 4)]) await evictDurableObject(stubOf(name));
    expect(await usersNow()).toBe(there());
    const { part, silentLeaves } = await totals().stats();
    expect([part.workspaceCount, part.shardCount, silentLeaves]).toEqual([67, 200, 0]);
    expect(new Set(await totals().workspacesWith("everyone")).size).toBe(67);
  });

  it("a workspace keeps its sums when the tree grows, and grows again", { timeout: 120_000 }, async () => {
    const shards = fleet(41);
    for (const shard of shards) await shard.report(2);
    const [first] = shards;
    // From the root to a leaf, with what its other objects said to the root.
    expect((await first?.report(5))?.users).toBe(9);
    passTime(snapshotExpiresMs + 1);
    const more = fleet(170);
    for (const shard of [...shards, ...more]) await shard.report(2);
    await settle();
    expect(await usersNow()).toBe(211 * 2);
    // New leaves tell the root before the old ones do: what moved is not counted twice meanwhile.
    for (const shard of shards) {
      expect((await shard.report(2)).users).toBeLessThanOrEqual(6);
      passTime(reportEveryMs);
      await ring(...leaves.slice(4));
      expect(await usersNow()).toBeLessThanOrEqual(211 * 2);
    }
    for (const shard of more) await shard.report(2);
    await settle();
    expect(await usersNow()).toBe(211 * 2);
    const named = await runInDurableObject(stubOf("root"), (_, { storage }) => storage.sql.exec("SELECT name FROM leaf").toArray().length);
    expect(named).toBeGreaterThan(4);
    for (const shard of shards.slice(0, 39)) expect((await shard.report(2)).users).toBe(6);
  });

  it("who leaves is gone, and a workspace that is erased leaves nothing in any leaf", { timeout: 60_000 }, async () => {
    const shards = fleet(60);
    for (const shard of shards) await shard.report(1);
    for (const shard of shards) await shard.report(1);
    await settle();
    expect(await usersNow()).toBe(60);
    const { workspaceId } = shards[0]?.snapshot ?? snapshotOf();
    await totals().leave(workspaceId, 0);
    await settle();
    expect(await usersNow()).toBe(59);
    await totals().forget(workspaceId);
    await settle();
    expect(await usersNow()).toBe(57);
    for (const name of leaves.slice(0, 4)) {
      const text = await runInDurableObject(stubOf(name), (_, { storage }) => JSON.stringify(storage.sql.exec("SELECT * FROM shard").toArray()));
      expect(text).not.toContain(workspaceId);
    }
  });

  it("a leaf tells the root at most every ten seconds", async () => {
    const shards = fleet(60);
    for (const shard of shards) await shard.report(1);
    for (const shard of shards) await shard.report(1);
    const seqOf = () =>
      runInDurableObject(stubOf("root"), (_, { storage }) => storage.sql.exec("SELECT report ->> '$.seq' AS n FROM leaf WHERE name = 'leaf:0'").toArray());
    await settle();
    const before = await seqOf();
    for (let i = 0; i < 3; i++) for (const shard of shards) await shard.report(i);
    passTime(9 * secondMs);
    await ring(...leaves);
    expect(await seqOf()).toEqual(before);
  });

  it("a place is found although nobody told of it: the root says where", async () => {
    const shards = fleet(45);
    for (const shard of shards) await shard.report(1);
    const answer = await totalsNodesOf(env)("root").report({ ...snapshotOf(), seq: 1 }, null);
    expect(answer).toMatchObject({ reportTo: expect.stringMatching(/^leaf:[0-3]$/), tree: { leaves: 4, previous: 0 } });
  });
});
