import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { liveOf, onlineTotalsOf } from "../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { broadcasts } from "../../../shared/db/schema/index.ts";
import type { LiveEvent } from "../../../shared/live/index.ts";
import { hourMs, minuteMs, newId, secondMs } from "../../../shared/platform/index.ts";
import { type SeededWorkspace, seedAudit, seedWorkspace } from "../../helpers/worker/api.ts";
import { injectFaults, once, stopFaults } from "../../helpers/worker/faults.ts";
import { seedMember } from "../../helpers/worker/people.ts";
import { arrivalOf, connect, ring, type ShardSocket, shardStub } from "../../helpers/worker/shard-sockets.ts";

const live = liveOf(env);
let workspace: SeededWorkspace;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true });
  workspace = await seedWorkspace();
});
afterEach(() => {
  stopFaults();
  vi.useRealTimers();
});

const evict = () => evictDurableObject(shardStub(workspace));
const later = (ms: number) => void vi.setSystemTime(Date.now() + ms);
const settled = async (...sockets: readonly ShardSocket[]) => void (await Promise.all(sockets.map((socket) => socket.read())));
const memberChanged = (userId = workspace.userId): LiveEvent => ({ type: "member.changed", userId });
const publish = (key: string, event = memberChanged()) => live.publish(workspace.id, { topic: "workspace", at: Date.now(), event, key });
/** But for who is online, as which every follower of a workspace begins. */
const toldTo = (socket: ShardSocket) => socket.of("event").filter(({ event }) => event.type !== "presence");

async function following(topic: string, more: Parameters<typeof arrivalOf>[1] = {}, after?: string | null): Promise<ShardSocket> {
  const socket = await connect(await arrivalOf(workspace, more));
  socket.say({ type: "subscribe", topic, ...(after === undefined ? {} : { after }) });
  await vi.waitFor(() => expect([...socket.of("subscribed"), ...socket.of("refused")]).toHaveLength(1));
  return socket;
}

describe("who follows a topic", () => {
  it("is told what is published, also after the object slept, and nobody else is", async () => {
    const [follower, other] = [await following("workspace"), await connect(await arrivalOf(workspace))];
    await evict();
    expect(await publish("k1")).toBe(1);
    await settled(follower, other);
    expect(toldTo(follower)).toMatchObject([{ topic: "workspace", event: memberChanged(), id: expect.any(String) }]);
    expect(toldTo(other)).toEqual([]);
  });

  it("is told the same thing once", async () => {
    const follower = await following("workspace");
    await publish("k1");
    await evict();
    await publish("k1");
    await publish("k2");
    await settled(follower);
    expect(toldTo(follower)).toHaveLength(2);
  });

  it("gets what they missed when they come back, once and in order, and then what is new", async () => {
    const before = await following("workspace");
    await publish("k1");
    await settled(before);
    before.close();
    for (const key of ["k2", "k3", "k4", "k5", "k6", "k7"]) await publish(key);
    const after = toldTo(before)[0]?.id ?? null;
    const back = await following("workspace", {}, after);
    await publish("k8", memberChanged(newId("user")));
    const logged = () => back.of("event").filter(({ id }) => id !== null);
    await vi.waitFor(() => expect(logged()).toHaveLength(7), 5_000);
    expect(back.of("subscribed")).toMatchObject([{ resumed: true }]);
    const numbers = logged().map(({ id }) => Number(id?.split("-")[1]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(7);
  });

  it("is told nothing again that they follow already, however often they ask", async () => {
    const socket = await following("workspace");
    const logged = () => socket.of("event").flatMap(({ id }) => id ?? []);
    const start = socket.of("subscribed")[0]?.lastId ?? "";
    for (let i = 0; i < 5; i++) await publish(`k${i}`, memberChanged(newId("user")));
    await vi.waitFor(() => expect(logged()).toHaveLength(5), 5_000);
    const lastId = logged().at(-1) ?? "";
    for (const after of [start, start, lastId]) socket.say({ type: "subscribe", topic: "workspace", after });
    await settled(socket);
    const answers = [false, false, true].map((resumed) => ({ type: "subscribed", topic: "workspace", resumed, lastId }));
    expect(socket.of("subscribed").slice(1)).toEqual(answers);
    expect(logged()).toHaveLength(5);
  });

  it("is not told by ids how much others are told", async () => {
    const before = (await following("workspace")).of("subscribed")[0]?.lastId;
    const event: LiveEvent = { type: "notification.read", unread: 1 };
    for (const key of ["k1", "k2"]) await live.publish(workspace.id, { topic: "me", userId: newId("user"), at: Date.now(), event, key });
    expect((await following("workspace")).of("subscribed")[0]?.lastId).toBe(before);
  });

  it("is told of nothing that is somebody else's `me`", async () => {
    const colleague = await seedMember(workspace, { role: "dev" });
    const [mine, theirs] = [await following("me"), await following("me", { userId: colleague })];
    const event: LiveEvent = { type: "notification.read", unread: 3 };
    expect(await live.publish(workspace.id, { topic: "me", userId: colleague, at: Date.now(), event })).toBe(1);
    await settled(mine, theirs);
    expect([mine.of("event"), theirs.of("event")]).toMatchObject([[], [{ topic: "me", event }]]);
  });

  it("of an audit begins with how it stands", async () => {
    const auditId = await seedAudit(workspace, "queued");
    const follower = await following(`audit:${auditId}`);
    await vi.waitFor(() => expect(follower.of("event")).toMatchObject([{ topic: `audit:${auditId}`, id: null, event: { type: "audit.progress" } }]));
  });

  it("is refused what they may not follow, or what is another workspace's", async () => {
    const other = await seedWorkspace();
    const [mine, theirs] = [await seedAudit(workspace), await seedAudit(other)];
    expect((await following(`audit:${mine}`, { permissions: [] })).of("refused")).toMatchObject([{ code: "forbidden" }]);
    expect((await following(`audit:${theirs}`)).of("refused")).toMatchObject([{ code: "not_found" }]);
    expect((await following("audit:1")).of("refused")).toMatchObject([{ code: "invalid", topic: "audit:1" }]);
  });

  it("is asked to try again when the database does not answer, and follows nothing then", async () => {
    const auditId = await seedAudit(workspace);
    injectFaults(once("d1", "fail-before", { text: '"audits"' }));
    const follower = await following(`audit:${auditId}`);
    expect(follower.of("refused")).toMatchObject([{ code: "unavailable", topic: `audit:${auditId}` }]);
    const event: LiveEvent = { type: "audit.changed", auditId, status: "failed" };
    expect(await live.publish(workspace.id, { topic: `audit:${auditId}`, at: Date.now(), event })).toBe(0);
  });

  it("may follow fifty topics, and another one instead", async () => {
    const socket = await connect(await arrivalOf(workspace));
    const audits = await Promise.all(Array.from({ length: 51 }, () => seedAudit(workspace)));
    for (const [at, auditId] of audits.entries()) {
      if (at % 10 === 0) later(2 * secondMs);
      socket.say({ type: "subscribe", topic: `audit:${auditId}` });
      await vi.waitFor(() => expect(socket.of("subscribed").length + socket.of("refused").length).toBe(at + 1));
    }
    expect(socket.of("refused")).toMatchObject([{ code: "too_many", topic: `audit:${audits[50]}` }]);
    await evict();
    later(minuteMs);
    socket.say({ type: "unsubscribe", topic: `audit:${audits[0]}` });
    socket.say({ type: "subscribe", topic: `audit:${audits[50]}` });
    await vi.waitFor(() => expect(socket.of("subscribed")).toHaveLength(51), 5_000);
    expect(socket.of("unsubscribed")).toEqual([{ type: "unsubscribed", topic: `audit:${audits[0]}` }]);
  });

  it("of the workspace is told how many are online, when that changes", async () => {
    const follower = await following("workspace");
    later(secondMs);
    await ring(workspace);
    await vi.waitFor(() => expect(follower.of("event").at(-1)?.event).toEqual({ type: "presence", users: 1, active: 1, connections: 1 }));
    await connect(await arrivalOf(workspace, { userId: await seedMember(workspace, { role: "qa" }) }));
    later(11 * secondMs);
    await ring(workspace);
    await vi.waitFor(() => expect(follower.of("event").at(-1)?.event).toMatchObject({ type: "presence", users: 2 }));
    const late = await following("workspace");
    expect(late.of("event")).toMatchObject([{ event: { type: "presence", users: 2 } }]);
  });
});

describe("a client", () => {
  it("that floods is told once, then closed", async () => {
    const [flooding, other] = [await connect(await arrivalOf(workspace)), await connect(await arrivalOf(workspace))];
    for (let i = 0; i < 100; i++) flooding.say({ type: "ack", received: 1 });
    await vi.waitFor(() => expect(flooding.of("error")).toMatchObject([{ code: "too_fast" }]));
    await Promise.all([flooding.ping(), settled(other)]);
    expect(flooding.closed).toBeNull();
    for (let i = 0; i < 100; i++) flooding.say({ type: "ack", received: 1 });
    await vi.waitFor(() => expect(flooding.closed).toBe("4004 flooding"));
    expect(flooding.of("error")).toHaveLength(1);
    await settled(other);
    expect(other.closed).toBeNull();
  });

  it("that asks for what is not there, again and again, is closed at the hundredth time in a row", async () => {
    const [guessing, other] = [await connect(await arrivalOf(workspace)), await connect(await arrivalOf(workspace, { userId: newId("user") }))];
    const guess = async (count: number) => {
      const before = guessing.of("refused").length;
      for (let asked = 1; asked <= count; asked++) {
        guessing.say({ type: "subscribe", topic: `audit:${newId("audit")}` });
        if (asked % 20 > 0 && asked < count) continue;
        await guessing.heard(() => (guessing.closing !== null || guessing.of("refused").length >= before + asked ? true : undefined));
        later(3 * secondMs);
      }
    };
    await guess(99);
    guessing.say({ type: "subscribe", topic: "workspace" });
    await guessing.heard(() => guessing.of("subscribed")[0]);
    await guess(99);
    expect(guessing.closed).toBeNull();
    expect(new Set(guessing.of("refused").map(({ code }) => code))).toEqual(new Set(["not_found"]));
    await guess(1);
    expect(guessing.closed).toBe("4004 flooding");
    await settled(other);
    expect(other.closed).toBeNull();
  });

  it("that subscribes too fast, over however many sockets, is asked to come back later, and nobody else is", async () => {
    const topics = await Promise.all(Array.from({ length: 25 }, async () => `audit:${await seedAudit(workspace)}` as const));
    const sockets = await Promise.all(Array.from({ length: 12 }, async () => connect(await arrivalOf(workspace))));
    for (const socket of sockets) for (const topic of topics) socket.say({ type: "subscribe", topic });
    await Promise.all(sockets.map((socket) => socket.heard(() => (socket.of("subscribed").length + socket.of("refused").length === 25 ? true : undefined))));
    const refused = sockets.flatMap((socket) => socket.of("refused"));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(100);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["unavailable"]));
    expect((await following("workspace", { userId: newId("user") })).of("subscribed")).toHaveLength(1);
    later(minuteMs);
    expect((await following(topics[0] ?? "")).of("subscribed")).toHaveLength(1);
  });

  it("that pauses is heard again", async () => {
    const socket = await connect(await arrivalOf(workspace));
    for (let i = 0; i < 60; i++) socket.say({ type: "ack", received: 1 });
    await vi.waitFor(() => expect(socket.of("error")).toHaveLength(1));
    later(10 * secondMs);
    await socket.read();
    expect(socket.closed).toBeNull();
  });

  it.each([
    { text: "nonsense", says: "not JSON" },
    { text: "[]", says: "one JSON object" },
    { text: '{"type":"shout"}', says: "`type` is one of subscribe, unsubscribe, activity, ack." },
    { text: '{"type":"subscribe"}', says: "`topic`: " },
    { text: '{"type":"ack","received":-1}', says: "`received`: " },
    { text: '{"type":"ack","received":1,"more":1}', says: "Unknown field: more" },
    { text: '{"type":"ack","received":1000000}', says: "more than was sent" },
  ])("that says $text is told what is wrong with it", async ({ text, says }) => {
    const socket = await connect(await arrivalOf(workspace));
    socket.sayText(text);
    await vi.waitFor(() => expect(socket.of("error")).toMatchObject([{ code: "malformed", message: expect.stringContaining(says) }]));
  });

  it.each(["nonsense", "[]", '{"type":"shout"}', '{"type":"ack","received":-1}', '{"type":"ack","received":1,"more":1}', '{"type":"ack","received":1000000}'])(
    "that says %s is told so, and closed at the tenth time in a row",
    async (text) => {
      const socket = await connect(await arrivalOf(workspace));
      for (let i = 0; i < 9; i++) socket.sayText(text);
      await socket.read();
      expect(socket.of("error").map(({ code }) => code)).toEqual(Array.from({ length: 9 }, () => "malformed"));
      for (let i = 0; i < 9; i++) socket.sayText(text);
      await vi.waitFor(() => expect(socket.of("error")).toHaveLength(18));
      expect(socket.closed).toBeNull();
      socket.sayText(text);
      await vi.waitFor(() => expect(socket.closed).toBe("4004 flooding"));
    },
  );

  it.each([
    { what: "a text that is too long", text: JSON.stringify({ type: "subscribe", topic: "x".repeat(5_000) }) },
    { what: "bytes", text: new ArrayBuffer(4) },
  ])("that sends $what is closed at once", async ({ text }) => {
    const socket = await connect(await arrivalOf(workspace));
    socket.sayText(text);
    await vi.waitFor(() => expect(socket.closed).toBe("4004 flooding"));
  });

  it("that never says that it reads is closed after a thousand messages, and one that does is not", async () => {
    const [never, reading] = [await connect(await arrivalOf(workspace)), await connect(await arrivalOf(workspace))];
    const show = async (count: number) => {
      for (let i = 0; i < count; i++) await live.broadcast(workspace.id, broadcastOf());
    };
    await show(500);
    await settled(reading);
    reading.say({ type: "ack", received: reading.messages.length });
    await reading.read();
    // What is not acknowledged is not forgiven because the object slept.
    await evict();
    await show(480);
    await settled(never, reading);
    expect([never.closed, reading.closed]).toEqual([null, null]);
    await show(60);
    await settled(never, reading);
    expect([never.closed, reading.closed]).toEqual(["4005 not_reading", null]);
  });
});

const broadcastOf = (audience: "everyone" | "role:admin" | "role:dev" | `workspace:${string}` = "everyone") => ({
  id: newId("broadcast"),
  message: "Maintenance at noon",
  audience,
  createdAt: Date.now(),
  expiresAt: Date.now() + hourMs,
});

/** As operators make it. */
async function storeBroadcast(audience: Parameters<typeof broadcastOf>[0] = "everyone") {
  const broadcast = broadcastOf(audience);
  await directoryDatabase(env)
    .insert(broadcasts)
    .values({ ...broadcast, createdBy: workspace.userId });
  return broadcast;
}

/** Enough time passes for what waits, such as a report, and for what follows from that. */
async function report(): Promise<void> {
  later(2 * minuteMs);
  await ring(workspace);
  await ring(workspace);
}

describe("a broadcast", () => {
  beforeEach(async () => void (await directoryDatabase(env).delete(broadcasts)));

  it("is shown once to whoever is there, and to whoever comes until it expires", async () => {
    const socket = await connect(await arrivalOf(workspace));
    const broadcast = await storeBroadcast();
    expect(await live.broadcast(workspace.id, broadcast)).toBe(1);
    await evict();
    expect(await live.broadcast(workspace.id, broadcast)).toBe(0);
    const late = await connect(await arrivalOf(workspace));
    await vi.waitFor(() => expect(late.of("broadcast")).toHaveLength(1));
    await settled(socket, late);
    expect([socket.of("broadcast"), late.of("broadcast")]).toEqual([[{ type: "broadcast", broadcast }], [{ type: "broadcast", broadcast }]]);
    later(hourMs);
    const tooLate = await connect(await arrivalOf(workspace));
    await settled(tooLate);
    expect(tooLate.of("broadcast")).toEqual([]);
  });

  it("that was told while nobody was here is found when somebody comes", async () => {
    const broadcast = await storeBroadcast();
    const socket = await connect(await arrivalOf(workspace));
    await vi.waitFor(() => expect(socket.of("broadcast")).toContainEqual({ type: "broadcast", broadcast }));
    expect(await live.broadcast(workspace.id, broadcast)).toBe(0);
  });

  it("that was told before anybody knew that people are here is shown once that is known", async () => {
    const first = await storeBroadcast();
    const socket = await connect(await arrivalOf(workspace));
    await vi.waitFor(() => expect(socket.of("broadcast")).toHaveLength(1));
    const second = await storeBroadcast();
    expect(await onlineTotalsOf(env).workspacesWith("everyone")).not.toContain(workspace.id);
    await report();
    expect(await onlineTotalsOf(env).workspacesWith("everyone")).toContain(workspace.id);
    await vi.waitFor(() => expect(socket.of("broadcast").map(({ broadcast }) => broadcast)).toEqual([first, second]));
  });

  it("that ended is shown to nobody who comes, whatever still says that it holds", async () => {
    const socket = await connect(await arrivalOf(workspace));
    const [ended, other] = [await storeBroadcast(), await storeBroadcast()];
    await report();
    await vi.waitFor(() => expect(socket.of("broadcast")).toHaveLength(2));
    expect(await live.broadcast(workspace.id, { ...ended, expiresAt: Date.now() })).toBe(0);
    expect(await live.broadcast(workspace.id, ended)).toBe(0);
    await evict();
    expect(await live.broadcast(workspace.id, ended)).toBe(0);
    const late = await connect(await arrivalOf(workspace));
    await settled(socket, late);
    expect(late.of("broadcast")).toEqual([{ type: "broadcast", broadcast: other }]);
    expect(socket.of("broadcast")).toHaveLength(2);
  });

  it("that ended while nobody was here is not shown to who comes back", async () => {
    const broadcast = await storeBroadcast();
    const socket = await connect(await arrivalOf(workspace));
    await report();
    await vi.waitFor(() => expect(socket.of("broadcast")).toHaveLength(1));
    socket.close();
    await vi.waitFor(() => expect(socket.closed).not.toBeNull());
    for (let alarms = 0; alarms < 3; alarms++) await report();
    expect(await onlineTotalsOf(env).workspacesWith("everyone")).not.toContain(workspace.id);
    await directoryDatabase(env).update(broadcasts).set({ expiresAt: Date.now() }).where(eq(broadcasts.id, broadcast.id));
    const [late, sure] = [await connect(await arrivalOf(workspace)), await storeBroadcast()];
    await report();
    await vi.waitFor(() => expect(late.of("broadcast").map((shown) => shown.broadcast)).toEqual([sure]));
  });

  it("is shown to who comes although the others could not be looked up", async () => {
    const socket = await connect(await arrivalOf(workspace));
    const broadcast = broadcastOf();
    expect(await live.broadcast(workspace.id, broadcast)).toBe(1);
    injectFaults(({ point, text }) => (point === "d1" && text.includes('"broadcasts"') ? "fail-before" : undefined));
    await evict();
    const late = await connect(await arrivalOf(workspace));
    await vi.waitFor(() => expect(late.of("broadcast")).toEqual([{ type: "broadcast", broadcast }]));
    expect(socket.of("broadcast")).toHaveLength(1);
  });

  it("reaches those whom it is for", async () => {
    const [admin, dev] = [await connect(await arrivalOf(workspace)), await connect(await arrivalOf(workspace, { role: "dev", userId: newId("user") }))];
    const key = await connect(await arrivalOf(workspace, { actor: { kind: "key", id: newId("key") } }));
    const answers = [
      await live.broadcast(workspace.id, broadcastOf("role:dev")),
      await live.broadcast(workspace.id, broadcastOf(`workspace:${workspace.id}`)),
      await live.broadcast(workspace.id, broadcastOf(`workspace:${newId("workspace")}`)),
    ];
    await settled(admin, dev, key);
    expect(answers).toEqual([1, 3, 0]);
    expect([admin, dev, key].map((socket) => socket.of("broadcast").length)).toEqual([1, 2, 1]);
  });

  it("is shown on a display that has a key, when it is for everybody; a role is one of people", async () => {
    const forEverybody = await storeBroadcast();
    later(1);
    const forAdmins = await storeBroadcast("role:admin");
    const late = await connect(await arrivalOf(workspace, { actor: { kind: "key", id: newId("key") } }));
    await vi.waitFor(() => expect(late.of("broadcast")).toHaveLength(1));
    await report();
    const meanwhile = await storeBroadcast();
    expect(await live.broadcast(workspace.id, meanwhile)).toBe(1);
    const next = await connect(await arrivalOf(workspace, { actor: { kind: "key", id: newId("key") } }));
    const person = await connect(await arrivalOf(workspace));
    await settled(late, next, person);
    for (const display of [late, next]) expect(display.of("broadcast").map(({ broadcast }) => broadcast)).toEqual([forEverybody, meanwhile]);
    expect(person.of("broadcast").map(({ broadcast }) => broadcast)).toEqual([forEverybody, forAdmins, meanwhile]);
  });

  it("that was told before anybody knew that a display is here is shown once that is known", async () => {
    const display = await connect(await arrivalOf(workspace, { actor: { kind: "key", id: newId("key") } }));
    await settled(display);
    const broadcast = await storeBroadcast();
    expect(await onlineTotalsOf(env).workspacesWith("everyone")).not.toContain(workspace.id);
    await report();
    expect(await onlineTotalsOf(env).workspacesWith("everyone")).toContain(workspace.id);
    await vi.waitFor(() => expect(display.of("broadcast")).toEqual([{ type: "broadcast", broadcast }]));
    // The same again for the first person, whom a role may be for.
    const person = await connect(await arrivalOf(workspace));
    await vi.waitFor(() => expect(person.of("broadcast")).toEqual([{ type: "broadcast", broadcast }]));
    const forAdmins = await storeBroadcast("role:admin");
    expect(await onlineTotalsOf(env).workspacesWith("role:admin")).not.toContain(workspace.id);
    await report();
    await vi.waitFor(() => expect(person.of("broadcast").at(-1)).toEqual({ type: "broadcast", broadcast: forAdmins }));
    await settled(display);
    expect(display.of("broadcast")).toHaveLength(1);
  });
});

describe("somebody who is erased", () => {
  it("is closed, is not online, and what they were told is gone", async () => {
    const socket = await following("me");
    const event: LiveEvent = { type: "notification.read", unread: 1 };
    await live.publish(workspace.id, { topic: "me", userId: workspace.userId, at: Date.now(), event, key: "k1" });
    await settled(socket);
    expect(socket.of("event")).toHaveLength(1);
    await live.forget(workspace.id, workspace.userId);
    await settled(socket);
    expect(socket.closed).toBe("4001 rights_changed");
    expect(await live.online(workspace.id, { after: null, limit: 10 })).toEqual([]);
    const rows = await runInDurableObject(shardStub(workspace), (_, { storage }) => storage.sql.exec("SELECT count(*) AS count FROM topic_message").one());
    expect(rows).toEqual({ count: 0 });
  });
});
