import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerMessage, Topic } from "../../../../shared/live/index.ts";
import { type FakeSocket, fakeLive, ticket } from "../../../helpers/unit/fake-live.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const told = (topic: Topic, id: string | null, unread = 1): ServerMessage => ({
  type: "event",
  topic,
  id,
  at: 7,
  event: { type: "notification.read", unread },
});
const subscribed = (topic: Topic, resumed = false, lastId: string | null = null): ServerMessage => ({ type: "subscribed", topic, resumed, lastId });

/** Follows `me` over a socket that is told to move within ten seconds, which is at five. */
async function moving(answers: Parameters<typeof fakeLive>[0] = {}) {
  const fake = fakeLive(answers);
  const heard: unknown[] = [];
  const old = await fake.socket();
  old.welcome();
  fake.live.follow("me", { onEvent: (_, { id }) => void heard.push(id), onGap: () => void heard.push("gap") });
  old.say(subscribed("me", false, "a-1"), { type: "moving", withinMs: 10_000 });
  return { ...fake, heard, old };
}
async function second(fake: ReturnType<typeof fakeLive>): Promise<FakeSocket> {
  await vi.advanceTimersByTimeAsync(5_000);
  return fake.socket();
}

describe("a server that asks to move", () => {
  it("is left at a moment of one's own, once everything comes from the next one", async () => {
    const fake = await moving();
    await vi.advanceTimersByTimeAsync(4_999);
    fake.old.say({ type: "moving", withinMs: 1 }); // once is enough
    expect(fake.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    const next = await fake.socket();
    fake.old.say(told("me", "a-2"));
    next.welcome();
    expect(next.said).toEqual([{ type: "subscribe", topic: "me", after: "a-2" }]);
    fake.old.say(told("me", "a-3"));
    expect(fake.old.isClosed).toBe(false);
    next.say(subscribed("me", true, "a-4"), told("me", "a-3"), told("me", "a-4"));
    expect(fake.old.isClosed).toBe(true);
    expect(fake.heard).toEqual(["gap", "a-2", "a-3", "a-4"]);
    expect(fake.states).toEqual(["open"]);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(fake.sockets).toHaveLength(2);
  });

  it("does not overtake the next one with what is old, topic by topic", async () => {
    const fake = await moving();
    const jobs: unknown[] = [];
    const topic = "job:job_01k9z8q5v0c3r7t2m4n6p8s1w5";
    fake.live.follow(topic, { onEvent: (event) => void jobs.push(event.type === "notification.read" && event.unread) });
    fake.old.say(subscribed(topic), told(topic, null, 1));
    const next = await second(fake);
    next.welcome();
    next.say(subscribed(topic), told(topic, null, 3));
    fake.old.say(told(topic, null, 2), told("me", "a-2"));
    expect(fake.old.isClosed).toBe(false);
    next.say(subscribed("me", true, "a-2"));
    expect(fake.old.isClosed).toBe(true);
    expect([jobs, fake.heard]).toEqual([
      [1, 3],
      ["gap", "a-2"],
    ]);
  });

  it("takes what is followed, left or refused meanwhile along", async () => {
    const fake = await moving();
    const next = await second(fake);
    next.welcome();
    const subscription = fake.live.follow("workspace", { onEvent: () => {} });
    expect([fake.old.said.at(-1), next.said.at(-1)]).toEqual([
      { type: "subscribe", topic: "workspace" },
      { type: "subscribe", topic: "workspace" },
    ]);
    next.say({ type: "refused", topic: "me", code: "forbidden", message: "No." });
    expect(fake.old.isClosed).toBe(false);
    subscription.close();
    expect(fake.old.isClosed).toBe(true);
    expect(next.said.at(-1)).toEqual({ type: "unsubscribe", topic: "workspace" });
  });

  it("is left at once when nothing is followed", async () => {
    const fake = fakeLive();
    const old = await fake.socket();
    old.welcome();
    fake.live.setActive(true);
    old.say({ type: "moving", withinMs: 10_000 });
    const next = await second(fake);
    next.welcome();
    expect(next.said).toEqual([{ type: "activity", active: true }]);
    expect([old.isClosed, next.isClosed]).toEqual([true, false]);
  });

  it.each([
    [4000, "moved"],
    [4006, "replaced"],
    [4002, "disconnected"],
    [1006, ""],
  ])("may end the old connection before the next one is complete: %i", async (code, reason) => {
    const fake = await moving();
    const next = await second(fake);
    fake.old.end(code, reason);
    expect(fake.live.state.name).toBe("connecting");
    next.welcome();
    next.say(subscribed("me", true, "a-2"), told("me", "a-2"));
    expect(fake.live.state.name).toBe("open");
    expect(fake.heard).toEqual(["gap", "a-2"]);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(fake.sockets).toHaveLength(2);
  });

  it("keeps us while the next one cannot be reached, which is tried again", async () => {
    const full = () => Response.json({ code: "unavailable" }, { status: 503, headers: { "Retry-After": "5" } });
    const fake = await moving({ answers: [ticket, full] });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fake.asked).toHaveLength(2);
    expect(fake.live.state.name).toBe("open");
    await vi.advanceTimersByTimeAsync(15_000);
    const next = await fake.socket();
    expect(fake.sockets).toHaveLength(2);
    next.welcome();
    next.say(subscribed("me", true));
    expect(fake.old.isClosed).toBe(true);
  });

  it("is come back to in the ordinary way when it ends the connection first", async () => {
    const fake = await moving();
    fake.old.end(4000, "moved");
    expect(fake.states).toEqual(["open", "waiting 500"]);
    await vi.advanceTimersByTimeAsync(500);
    (await fake.socket()).welcome();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(fake.sockets).toHaveLength(2);
  });
});
