import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { liveOf, onlineTotalsOf } from "../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { apiKeys, members, sessions } from "../../../shared/db/schema/index.ts";
import { type Arrival, findRights } from "../../../shared/live/index.ts";
import { dayMs, minuteMs, newId, parseApiKey, secondMs } from "../../../shared/platform/index.ts";
import { type SeededWorkspace, seedKey, seedWorkspace } from "../../helpers/worker/api.ts";
import { always, injectFaults, stopFaults } from "../../helpers/worker/faults.ts";
import { seedMember } from "../../helpers/worker/people.ts";
import { alarmAt, arrivalOf, arrive, connect, ring, type ShardSocket, seedSession, shardStub } from "../../helpers/worker/shard-sockets.ts";

const live = liveOf(env);
let workspace: SeededWorkspace;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  workspace = await seedWorkspace();
});
afterEach(() => {
  stopFaults();
  vi.useRealTimers();
});

const evict = (shard = 0) => evictDurableObject(shardStub(workspace, shard));
const later = (ms: number) => void vi.setSystemTime(Date.now() + ms);
const onlineNow = () => live.online(workspace.id, { after: null, limit: 100 });
/** Everything that was sent until now has come. */
const settled = async (...sockets: readonly ShardSocket[]) => void (await Promise.all(sockets.map((socket) => socket.read())));
/** A socket of somebody whom the database knows, with what they may do. */
async function known(actor?: Arrival["actor"], userId = workspace.userId): Promise<ShardSocket> {
  const { kind, id } = actor ?? { kind: "session", id: await seedSession(userId) };
  const rights = (await findRights(directoryDatabase(env), workspace.id, [{ kind, id }], Date.now())).get(id) ?? expect.unreachable("has no rights");
  const { role, endsAt } = rights;
  return connect(
    await arrivalOf(workspace, { userId, actor: { kind, id }, role, endsAt, permissions: [...rights.permissions], allowedIps: [...rights.allowedIps] }),
  );
}

/** Something of what the object keeps of itself. */
const stateOf = (path: string) =>
  runInDurableObject(
    shardStub(workspace),
    (_, { storage }) => storage.sql.exec<{ value: SqlStorageValue }>("SELECT data ->> ? AS value FROM shard_state", path).one().value,
  );

describe("somebody who comes", () => {
  it("is greeted, and online until 60 s after they left", async () => {
    const since = Date.now();
    const socket = await connect(await arrivalOf(workspace));
    await settled(socket);
    expect(socket.of("welcome")).toMatchObject([{ type: "welcome", heartbeatSeconds: 30, acknowledgeEvery: 50 }]);
    expect(await onlineNow()).toEqual([{ userId: workspace.userId, since, active: true, connections: 1, devices: ["desktop"] }]);
    socket.close();
    await vi.waitFor(async () => expect(await onlineNow()).toMatchObject([{ connections: 0, active: false, devices: [] }]));
    later(59 * secondMs);
    await ring(workspace);
    expect(await onlineNow()).toHaveLength(1);
    later(2 * secondMs);
    await ring(workspace);
    expect(await onlineNow()).toEqual([]);
  });

  it("and comes back within 60 s was never away, also when the object slept meanwhile", async () => {
    const since = Date.now();
    const socket = await connect(await arrivalOf(workspace));
    socket.close();
    await vi.waitFor(async () => expect(await onlineNow()).toMatchObject([{ connections: 0 }]));
    await evict();
    later(30 * secondMs);
    expect(await onlineNow()).toMatchObject([{ connections: 0, since }]);
    await connect(await arrivalOf(workspace));
    await evict();
    later(minuteMs);
    await ring(workspace);
    expect(await onlineNow()).toMatchObject([{ connections: 1, since }]);
  });

  it("with many tabs on several devices is one person", async () => {
    await connect(await arrivalOf(workspace));
    await connect(await arrivalOf(workspace, { device: "mobile" }));
    await connect(await arrivalOf(workspace, { device: "mobile" }));
    const colleague = await seedMember(workspace, { role: "dev" });
    await connect(await arrivalOf(workspace, { userId: colleague }));
    const people = await onlineNow();
    expect(people.map(({ userId }) => userId)).toEqual([workspace.userId, colleague].toSorted());
    expect(people).toContainEqual(expect.objectContaining({ userId: workspace.userId, connections: 3, devices: ["desktop", "mobile"] }));
    await evict();
    expect(await onlineNow()).toEqual(people);
    expect(await live.online(workspace.id, { after: null, limit: 1 })).toEqual(people.slice(0, 1));
    expect(await live.online(workspace.id, { after: people[0]?.userId ?? null, limit: 1 })).toEqual(people.slice(1));
  });

  it("is active or not as their tabs say, and any of them is enough", async () => {
    const [one, other] = [await connect(await arrivalOf(workspace)), await connect(await arrivalOf(workspace))];
    one.say({ type: "activity", active: false });
    await settled(one);
    expect(await onlineNow()).toMatchObject([{ active: true }]);
    other.say({ type: "activity", active: false });
    await vi.waitFor(async () => expect(await onlineNow()).toMatchObject([{ active: false }]));
    await evict();
    expect(await onlineNow()).toMatchObject([{ active: false }]);
    one.say({ type: "activity", active: true });
    await vi.waitFor(async () => expect(await onlineNow()).toMatchObject([{ active: true }]));
  });

  it("with a key is nobody, and counted apart", async () => {
    await connect(await arrivalOf(workspace, { actor: { kind: "key", id: newId("key") } }));
    expect(await onlineNow()).toEqual([]);
    later(secondMs);
    await ring(workspace);
    const { shards } = (await onlineTotalsOf(env).stats()).part;
    expect(shards.find(({ workspaceId }) => workspaceId === workspace.id)).toMatchObject({ users: 0, integrations: 1, capacity: 16_000 });
  });

  it("in a tab that is open already takes the place of its old socket, and of no other", async () => {
    const [first, other] = [
      await connect(await arrivalOf(workspace, { tabId: "tab_00000001" })),
      await connect(await arrivalOf(workspace, { tabId: "tab_00000002" })),
    ];
    await evict();
    const second = await connect(await arrivalOf(workspace, { tabId: "tab_00000001" }));
    await settled(first, other, second);
    expect([first.closed, other.closed, second.closed]).toEqual(["4006 replaced", null, null]);
    expect(await onlineNow()).toMatchObject([{ connections: 2 }]);
  });
});

describe("somebody who is refused", () => {
  const retryAfterSeconds = expect.any(Number);

  it("used their ticket before, also when the object slept meanwhile", async () => {
    const arrival = await arrivalOf(workspace);
    await connect(arrival);
    await evict();
    expect(await arrive(arrival)).toEqual({ code: "used_ticket" });
  });

  it("has a ticket that ended: nobody remembers whether it was used", async () => {
    expect(await arrive(await arrivalOf(workspace, { ticketEndsAt: Date.now() }))).toEqual({ code: "used_ticket" });
  });

  it("has twenty sockets already; one that takes the place of another is none more", async () => {
    for (let i = 0; i < 20; i++) await connect(await arrivalOf(workspace, { tabId: `tab_${10_000_000 + i}` }));
    await evict();
    const arrival = await arrivalOf(workspace);
    expect(await arrive(arrival)).toEqual({ code: "too_many", retryAfterSeconds });
    expect(await arrive(await arrivalOf(workspace, { tabId: "tab_10000003" }))).toHaveProperty("messages");
    const colleague = await seedMember(workspace, { role: "dev" });
    expect(await arrive(await arrivalOf(workspace, { userId: colleague }))).toHaveProperty("messages");
  });

  it.each([
    { what: "another workspace's", more: { workspaceId: newId("workspace") } },
    { what: "another object's", more: { shards: 2, shard: 1, userId: "usr_00000000000000000000000000" } },
    { what: "of somebody who belongs into another object", more: { shards: 4, userId: "usr_00000000000000000000000003", shard: 0 } },
  ])("is $what", async ({ more }) => {
    const headers = { Upgrade: "websocket", "mentha-arrival": JSON.stringify(await arrivalOf(workspace, more)) };
    const answer = await shardStub(workspace).fetch("https://sockets/", { headers });
    expect(await answer.json()).toEqual({ code: "misdirected" });
  });

  it("leaves the ticket as good as it was when there is no place", async () => {
    const first = await connect(await arrivalOf(workspace));
    for (let i = 1; i < 20; i++) await connect(await arrivalOf(workspace));
    const arrival = await arrivalOf(workspace);
    expect(await arrive(arrival)).toMatchObject({ code: "too_many" });
    first.close();
    await vi.waitFor(async () => expect(await onlineNow()).toMatchObject([{ connections: 19 }]));
    expect(await arrive(arrival)).toHaveProperty("messages");
  });
});

describe("a socket", () => {
  it("from which nothing came for five minutes is closed, and one that pings is not", async () => {
    // The platform notes pings by its own clock: what was opened is put back in time instead.
    vi.useRealTimers();
    const [silent, pinging] = [await known(), await known()];
    await pinging.ping();
    await runInDurableObject(shardStub(workspace), (_, ctx) => {
      for (const socket of ctx.getWebSockets()) {
        const kept: object = socket.deserializeAttachment();
        socket.serializeAttachment({ ...kept, openedAt: Date.now() - 5 * minuteMs });
      }
    });
    await evict();
    await onlineNow();
    await ring(workspace);
    await settled(silent, pinging);
    expect([silent.closed, pinging.closed]).toEqual(["4003 silent", null]);
    expect(await alarmAt(workspace)).toBeLessThanOrEqual(Date.now() + 5 * minuteMs);
  });

  it("ends with its session or key", async () => {
    const socket = await connect(await arrivalOf(workspace, { endsAt: Date.now() + 2 * minuteMs }));
    await evict();
    await connect(await arrivalOf(workspace));
    await ring(workspace);
    expect(await alarmAt(workspace)).toBeLessThanOrEqual(Date.now() + 2 * minuteMs);
    later(2 * minuteMs);
    await ring(workspace);
    expect(socket.closed).toBe("4007 expired");
    expect(await onlineNow()).toMatchObject([{ connections: 1 }]);
  });

  it("is closed when rights change: somebody's, one session's, or everybody's", async () => {
    const colleague = await seedMember(workspace, { role: "dev" });
    const [first, second] = [newId("session"), newId("session")];
    const one = await connect(await arrivalOf(workspace, { actor: { kind: "session", id: first } }));
    const other = await connect(await arrivalOf(workspace, { actor: { kind: "session", id: second } }));
    const theirs = await connect(await arrivalOf(workspace, { userId: colleague }));
    const close = (userId: string | null, actorId: string | null) => live.close(workspace.id, { reason: "rights_changed", userId, actorId });
    expect(await close(colleague, first)).toBe(0);
    expect(await close(workspace.userId, first)).toBe(1);
    await settled(one, other, theirs);
    expect([one.closed, other.closed, theirs.closed]).toEqual(["4001 rights_changed", null, null]);
    await evict();
    expect(await close(workspace.userId, null)).toBe(1);
    expect(await close(null, null)).toBe(1);
    await settled(other, theirs);
    expect([other.closed, theirs.closed]).toEqual(["4001 rights_changed", "4001 rights_changed"]);
  });

  it("whose session ended without a word to the object is found within five minutes", async () => {
    const id = await seedSession(workspace.userId);
    const [ended, standing] = [await known({ kind: "session", id }), await known()];
    await directoryDatabase(env).update(sessions).set({ revokedAt: Date.now() }).where(eq(sessions.id, id));
    later(4 * minuteMs);
    await settled(ended, standing);
    later(minuteMs);
    await ring(workspace);
    await settled(ended, standing);
    expect([ended.closed, standing.closed]).toEqual(["4001 rights_changed", null]);
  });
});

describe("rights that changed without a word to the object", () => {
  const db = directoryDatabase(env);
  /** The object sleeps, and the time of the check comes. */
  const check = async (...sockets: readonly ShardSocket[]) => {
    await evict();
    later(4 * minuteMs);
    await settled(...sockets);
    later(minuteMs);
    await ring(workspace);
    await settled(...sockets);
  };
  const keyOf = async (userId: string): Promise<Arrival["actor"]> => {
    const { prefix = "" } = parseApiKey(await seedKey({ id: workspace.id, userId }, { expiresAt: Date.now() + dayMs })) ?? {};
    const [row] = await db.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.prefix, prefix));
    return { kind: "key", id: row?.id ?? expect.unreachable() };
  };
  const changeKey = (id: string, change: Partial<typeof apiKeys.$inferInsert>) => db.update(apiKeys).set(change).where(eq(apiKeys.id, id));

  it.each([
    { what: "another role", change: (userId: string) => db.update(members).set({ role: "dev" }).where(eq(members.userId, userId)), closes: ["person", "key"] },
    { what: "fewer scopes", change: (_: string, key: string) => changeKey(key, { scopes: ["audits:read"] }), closes: ["key"] },
    { what: "an earlier end", change: (_: string, key: string) => changeKey(key, { expiresAt: Date.now() + dayMs / 2 }), closes: ["key"] },
    { what: "fewer addresses", change: (_: string, key: string) => changeKey(key, { allowedIps: ["198.51.100.0/24"] }), closes: ["key"] },
  ])("are found within five minutes: $what closes $closes", async ({ change, closes }) => {
    const userId = await seedMember(workspace, { role: "admin" });
    const actor = await keyOf(userId);
    const sockets = { other: await known(), person: await known(undefined, userId), key: await known(actor, userId) };
    await change(userId, actor.id);
    await check(...Object.values(sockets));
    const closed = Object.entries(sockets).filter(([, socket]) => socket.closed === "4001 rights_changed");
    expect(closed.map(([name]) => name)).toEqual(closes);
  });

  it("close nobody whose session was renewed", async () => {
    const id = await seedSession(workspace.userId);
    const socket = await known({ kind: "session", id });
    const at = Date.now();
    await db
      .update(sessions)
      .set({ lastUsedAt: at + secondMs, expiresAt: at + 2 * dayMs })
      .where(eq(sessions.id, id));
    await check(socket);
    expect(socket.closed).toBeNull();
  });
});

describe("somebody whose sockets were closed while they were on their way", () => {
  const everybody = { userId: null, actorId: null };

  it.each([
    { whose: "theirs", closing: (userId: string) => ({ userId, actorId: null }), isRefused: true },
    { whose: "those of their session", closing: (userId: string, actorId: string) => ({ userId, actorId }), isRefused: true },
    { whose: "everybody's", closing: () => everybody, isRefused: true },
    { whose: "somebody else's", closing: () => ({ userId: newId("user"), actorId: null }), isRefused: false },
    { whose: "those of another session", closing: (userId: string) => ({ userId, actorId: newId("session") }), isRefused: false },
  ])("is looked at anew, also when the object slept since: $whose", async ({ closing, isRefused }) => {
    const arrival = await arrivalOf(workspace);
    later(secondMs);
    await live.close(workspace.id, { reason: "rights_changed", ...closing(arrival.userId, arrival.actor.id) });
    await evict();
    const answer = await arrive(arrival);
    expect("code" in answer ? answer.code : "open").toBe(isRefused ? "outdated" : "open");
    later(1);
    expect(await arrive(await arrivalOf(workspace))).toHaveProperty("messages");
  });

  it("is not taken when that may be forgotten", async () => {
    const arrival = await arrivalOf(workspace, { ticketEndsAt: Date.now() + 5 * minuteMs });
    later(minuteMs + 1);
    expect(await arrive(arrival)).toEqual({ code: "outdated" });
  });

  it("is looked at anew also where very many were closed, and nothing of it is kept for long", async () => {
    const arrival = await arrivalOf(workspace);
    await live.close(workspace.id, { reason: "rights_changed", userId: arrival.userId, actorId: arrival.actor.id });
    const closings = () => runInDurableObject(shardStub(workspace), (_, { storage }) => storage.sql.exec("SELECT count(*) AS n FROM closing").one().n);
    await Promise.all(
      Array.from({ length: 1_000 }, () => live.close(workspace.id, { reason: "rights_changed", userId: newId("user"), actorId: newId("session") })),
    );
    expect(await closings()).toBeLessThanOrEqual(1_000);
    expect(await arrive(arrival)).toEqual({ code: "outdated" });
    later(2 * minuteMs);
    await ring(workspace);
    expect(await closings()).toBe(0);
    expect(await alarmAt(workspace)).toBeNull();
  });

  it("is looked at anew after somebody was erased, of whom nothing is kept", async () => {
    const [arrival, erased] = [await arrivalOf(workspace), newId("user")];
    await live.close(workspace.id, { reason: "rights_changed", userId: erased, actorId: null });
    await live.forget(workspace.id, erased);
    const kept = await runInDurableObject(shardStub(workspace), (_, { storage }) => storage.sql.exec("SELECT * FROM closing").toArray());
    expect(JSON.stringify(kept)).not.toContain(erased);
    expect(await arrive(arrival)).toEqual({ code: "outdated" });
  });
});

describe("the alarm", () => {
  it("waits longer each time that the database does not answer, also when the object sleeps between", async () => {
    const socket = await known();
    // Long since checked, and past the wait of the failure before.
    const makeDue = async () => {
      const change = "UPDATE shard_state SET data = json_replace(data, '$.checkedAt', 0, '$.retries.rights.notBefore', 0)";
      await runInDurableObject(shardStub(workspace), (_, { storage }) => void storage.sql.exec(change));
      await evict();
    };
    injectFaults(always("d1", "fail-before"));
    const waits: number[] = [];
    for (let failures = 0; failures < 4; failures++) {
      await makeDue();
      await ring(workspace);
      waits.push(Number(await stateOf("$.retries.rights.notBefore")) - Date.now());
      expect(await alarmAt(workspace)).toBeGreaterThan(Date.now());
    }
    for (const [failures, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(10 * secondMs * 2 ** failures);
      expect(wait).toBeLessThanOrEqual(20 * secondMs * 2 ** failures);
    }
    stopFaults();
    await makeDue();
    await ring(workspace);
    expect(await stateOf("$.retries")).toBe("{}");
    await settled(socket);
    expect(socket.closed).toBeNull();
  });

  it("is not set for an object in which nobody ever was, and nothing is stored there", async () => {
    await onlineNow();
    await live.publish(workspace.id, { topic: "workspace", at: Date.now(), event: { type: "member.changed", userId: workspace.userId }, key: "k1" });
    expect(await alarmAt(workspace)).toBeNull();
    const tables = await runInDurableObject(shardStub(workspace), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it("ends when everybody has left and everything is tidied", async () => {
    const socket = await connect(await arrivalOf(workspace));
    later(secondMs);
    await ring(workspace);
    const reported = async () => (await onlineTotalsOf(env).stats()).part.shards.filter(({ workspaceId }) => workspaceId === workspace.id);
    expect(await reported()).toMatchObject([{ users: 1 }]);
    socket.close();
    await vi.waitFor(async () => expect(await onlineNow()).toMatchObject([{ connections: 0 }]));
    for (let rings = 0; rings < 10 && (await alarmAt(workspace)) !== null; rings++) {
      later(minuteMs + 10 * secondMs);
      await ring(workspace);
    }
    expect(await alarmAt(workspace)).toBeNull();
    const rows = await runInDurableObject(shardStub(workspace), (_, { storage }) =>
      storage.sql.exec("SELECT (SELECT count(*) FROM used_ticket) AS tickets, (SELECT count(*) FROM leaving) AS leaving").one(),
    );
    expect(rows).toEqual({ tickets: 0, leaving: 0 });
    expect(await reported()).toEqual([]);
  });
});

describe("a workspace that is erased", () => {
  it("closes all of its sockets and leaves nothing in its objects", async () => {
    const socket = await connect(await arrivalOf(workspace));
    later(secondMs);
    await ring(workspace);
    await live.clear(workspace.id);
    await settled(socket);
    expect(socket.closed).toBe("4001 rights_changed");
    expect(await onlineNow()).toEqual([]);
    const left = await runInDurableObject(shardStub(workspace), async (_, { storage }) => ({
      tables: storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'").toArray(),
      alarm: await storage.getAlarm(),
    }));
    expect(left).toEqual({ tables: [], alarm: null });
    const { shards } = (await onlineTotalsOf(env).stats()).part;
    expect(shards.filter(({ workspaceId }) => workspaceId === workspace.id)).toEqual([]);
  });
});
