import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Follower } from "../../../../client/index.ts";
import type { LiveEvent, ServerMessage, Topic } from "../../../../shared/live/index.ts";
import { fakeLive } from "../../../helpers/unit/fake-live.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const userId = "usr_01k9z8q5v0c3r7t2m4n6p8s1w5";
const unread = (count: number): LiveEvent => ({ type: "notification.read", unread: count });
const told = (topic: Topic, id: string | null, event: LiveEvent = unread(1)): ServerMessage => ({ type: "event", topic, id, at: 7, event });
const subscribed = (topic: Topic, resumed = false, lastId: string | null = null): ServerMessage => ({ type: "subscribed", topic, resumed, lastId });

/** A follower that keeps what it is told: ids of events, "gap", and codes of refusals. */
function listener(): Follower & { readonly heard: (string | null)[] } {
  const heard: (string | null)[] = [];
  return {
    heard,
    onEvent: (_, { id }) => void heard.push(id),
    onGap: () => void heard.push("gap"),
    onRefused: ({ code }) => void heard.push(code),
  };
}

async function open(options: Parameters<typeof fakeLive>[0] = {}) {
  const fake = fakeLive(options);
  const socket = await fake.socket();
  socket.welcome();
  return { ...fake, first: socket };
}
async function again(fake: ReturnType<typeof fakeLive>, code?: number) {
  fake.sockets.at(-1)?.end(code);
  await vi.advanceTimersByTimeAsync(2_000);
  const socket = await fake.socket();
  socket.welcome();
  return socket;
}

describe("who follows a topic", () => {
  it("is told that the API is to be asked first, then every event with its topic, its id and its time", async () => {
    const { live, first: socket } = await open();
    const events: unknown[] = [];
    live.follow("workspace", { onGap: () => void events.push("gap"), onEvent: (event, info) => void events.push([event, info]) });
    expect(socket.said).toEqual([{ type: "subscribe", topic: "workspace" }]);
    const event: LiveEvent = { type: "member.changed", userId };
    socket.say(subscribed("workspace"), told("workspace", "a-1", event));
    expect(events).toEqual(["gap", [event, { topic: "workspace", id: "a-1", at: 7 }]]);
  });

  it("is told so too of a topic without a log, and of no gap later, when the server tells how things stand by itself", async () => {
    const fake = await open();
    const follower = listener();
    const topic = "job:job_01k9z8q5v0c3r7t2m4n6p8s1w5";
    fake.live.follow(topic, follower);
    fake.first.say(subscribed(topic, true), told(topic, null));
    const socket = await again(fake);
    expect(socket.said).toEqual([{ type: "subscribe", topic }]);
    socket.say(subscribed(topic, true), told(topic, null));
    expect(follower.heard).toEqual(["gap", null, null]);
  });

  it("is subscribed once it is open when it was not yet", async () => {
    const fake = fakeLive();
    fake.live.follow("me", listener());
    const socket = await fake.socket();
    expect(socket.said).toEqual([]);
    socket.welcome();
    expect(socket.said).toEqual([{ type: "subscribe", topic: "me" }]);
  });

  it("shares one subscription with all others of the topic, until the last one ends", async () => {
    const { live, first: socket } = await open();
    const [first, second, other] = [listener(), listener(), listener()];
    const firstOne = live.follow("me", first);
    const secondOne = live.follow("me", second);
    live.follow("workspace", other);
    socket.say(subscribed("me", false, "a-1"), told("me", "a-2"));
    firstOne.close();
    firstOne.close();
    socket.say(told("me", "a-3"));
    secondOne.close();
    socket.say(told("me", "a-4"));
    expect([first.heard, second.heard, other.heard]).toEqual([["gap", "a-2"], ["gap", "a-2", "a-3"], []]);
    expect(socket.said).toEqual([
      { type: "subscribe", topic: "me" },
      { type: "subscribe", topic: "workspace" },
      { type: "unsubscribe", topic: "me" },
    ]);
  });

  it("is told to ask the API also when others follow the topic already", async () => {
    const { live, first: socket } = await open();
    const [first, late, gone] = [listener(), listener(), listener()];
    live.follow("me", first);
    socket.say(subscribed("me", false, "a-1"));
    live.follow("me", late);
    live.follow("me", gone).close();
    await vi.advanceTimersByTimeAsync(0);
    expect([first.heard, late.heard, gone.heard]).toEqual([["gap"], ["gap"], []]);
  });

  it("may follow the same topic twice, and ends each by itself", async () => {
    const { live, first: socket } = await open();
    const twice = listener();
    live.follow("me", twice);
    const second = live.follow("me", twice);
    socket.say(subscribed("me"), told("me", "a-1"));
    second.close();
    socket.say(told("me", "a-2"));
    expect(twice.heard).toEqual(["gap", "gap", "a-1", "a-1", "a-2"]);
  });

  it("begins anew after it ended, without the id of before", async () => {
    const { live, first: socket } = await open();
    const subscription = live.follow("me", listener());
    socket.say(subscribed("me"), told("me", "a-1"));
    subscription.close();
    live.follow("me", listener());
    expect(socket.said.at(-1)).toEqual({ type: "subscribe", topic: "me" });
  });

  it("is told of a refusal, and nothing any more", async () => {
    const fake = await open();
    const refused = listener();
    const subscription = fake.live.follow("job:job_01k9z8q5v0c3r7t2m4n6p8s1w5", refused);
    fake.first.say({ type: "refused", topic: "job:job_01k9z8q5v0c3r7t2m4n6p8s1w5", code: "forbidden", message: "No." });
    subscription.close();
    const socket = await again(fake);
    expect(refused.heard).toEqual(["forbidden"]);
    expect([...fake.first.said, ...socket.said]).toHaveLength(1);
  });

  it("is not refused by a server that only cannot look whether it may be followed: it is asked again", async () => {
    const { live, first: socket } = await open();
    const follower = listener();
    live.follow("me", follower);
    socket.say({ type: "refused", topic: "me", code: "unavailable", message: "Later." });
    await vi.advanceTimersByTimeAsync(31_000);
    socket.sayText("pong");
    await vi.advanceTimersByTimeAsync(28_999);
    expect(socket.said.filter((said) => said !== "ping")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    socket.say(subscribed("me"), told("me", "a-1"));
    expect(socket.said.filter((said) => said !== "ping")).toHaveLength(2);
    expect(follower.heard).toEqual(["gap", "a-1"]);
    live.follow("workspace", listener());
    socket.say({ type: "refused", topic: "workspace", code: "unavailable", message: "Later." });
    live.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("hears nothing once the connection is closed, by whomever", async () => {
    const { live, first: socket } = await open();
    const [closing, next] = [listener(), listener()];
    live.follow("me", { ...closing, onEvent: () => live.close() });
    live.follow("me", next);
    socket.say(subscribed("me"), told("me", "a-1"));
    socket.say(told("me", "a-2"));
    expect(next.heard).toEqual(["gap"]);
  });

  it("does not keep others from being told, nor the connection from working, when it throws", async () => {
    const errors: unknown[] = [];
    const { live, first: socket } = await open({ onError: (thrown) => void errors.push(thrown) });
    const other = listener();
    const fail = (why: string) => () => {
      throw why;
    };
    live.follow("me", { onGap: fail("gap"), onEvent: fail("event") });
    live.follow("me", other);
    live.onBroadcast(fail("broadcast"));
    live.onState(fail("state"));
    const broadcast = { id: "brd_01k9z8q5v0c3r7t2m4n6p8s1w5", message: "Hi", audience: "everyone", createdAt: 1, expiresAt: 2 } as const;
    socket.say(subscribed("me"), told("me", "a-1"), { type: "broadcast", broadcast });
    expect(other.heard).toEqual(["gap", "a-1"]);
    expect(live.state.name).toBe("open");
    socket.end();
    expect(live.state.name).toBe("waiting");
    expect(errors).toEqual(["gap", "event", "broadcast", "state"]);
  });

  it("is not troubled by messages that cannot be read, that are not known, or that nobody asked for", async () => {
    const { live, first: socket } = await open();
    const follower = listener();
    live.follow("me", follower);
    socket.say(subscribed("me"), told("workspace", "b-1"), subscribed("workspace"));
    for (const text of ["{", '{"type":"weather"}', '{"type":"event","topic":"me","id":"a-1","at":1,"event":{"type":"later"}}', "pong"]) socket.sayText(text);
    socket.say(told("me", "a-2"));
    expect(follower.heard).toEqual(["gap", "a-2"]);
    expect(live.malformed).toBe(1);
  });
});

describe("who follows a topic over a break", () => {
  it("is told what happened meanwhile, each once, and nothing of a gap when the server makes up for it", async () => {
    const fake = await open();
    const follower = listener();
    fake.live.follow("me", follower);
    fake.first.say(subscribed("me", false, "a-1"), told("me", "a-2"));
    const socket = await again(fake);
    expect(socket.said).toEqual([{ type: "subscribe", topic: "me", after: "a-2" }]);
    socket.say(subscribed("me", true, "a-4"), told("me", "a-2"), told("me", "a-3"), told("me", "a-4"));
    const third = await again(fake);
    expect(third.said).toEqual([{ type: "subscribe", topic: "me", after: "a-4" }]);
    expect(follower.heard).toEqual(["gap", "a-2", "a-3", "a-4"]);
  });

  it("goes on from where the log stood at the beginning when nothing had come yet", async () => {
    const fake = await open();
    fake.live.follow("me", listener());
    fake.first.say(subscribed("me", false, "a-9"));
    expect((await again(fake)).said).toEqual([{ type: "subscribe", topic: "me", after: "a-9" }]);
  });

  it("goes on after an event of a later version, which was not told", async () => {
    const fake = await open();
    fake.live.follow("me", listener());
    fake.first.say(subscribed("me"));
    fake.first.sayText('{"type":"event","topic":"me","id":"a-7","at":1,"event":{"type":"later"}}');
    expect((await again(fake)).said).toEqual([{ type: "subscribe", topic: "me", after: "a-7" }]);
  });

  it("is told of the gap when the server does not make up for it, and names the new log from then on", async () => {
    const fake = await open();
    const follower = listener();
    fake.live.follow("me", follower);
    fake.first.say(subscribed("me", false, "a-1"));
    const socket = await again(fake);
    socket.say(subscribed("me", false, "b-5"), told("me", "b-6"));
    expect(follower.heard).toEqual(["gap", "gap", "b-6"]);
    expect((await again(fake)).said).toEqual([{ type: "subscribe", topic: "me", after: "b-6" }]);
  });

  it("is refused when the rights that changed are not enough any more", async () => {
    const fake = await open();
    const follower = listener();
    fake.live.follow("me", follower);
    fake.first.say(subscribed("me", false, "a-1"));
    const socket = await again(fake, 4001);
    socket.say({ type: "refused", topic: "me", code: "forbidden", message: "No." });
    expect(follower.heard).toEqual(["gap", "forbidden"]);
  });

  it("is not left out where many topics are followed: they are asked for no faster than a server takes it", async () => {
    const fake = fakeLive();
    const topics = Array.from(
      { length: 50 },
      (_, i): Topic => `job:job_01k9z8q5v0c3r7t2m4n6p8s1${"0123456789abcdefghjkmnpqrstvwxyz"[i % 32]}${i < 32 ? 0 : 1}`,
    );
    for (const topic of topics) fake.live.follow(topic, listener());
    const socket = await fake.socket();
    socket.welcome();
    expect(socket.said).toHaveLength(20);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(socket.said).toEqual(topics.map((topic) => ({ type: "subscribe", topic })));
  });
});

describe("a broadcast", () => {
  const broadcast = { id: "brd_01k9z8q5v0c3r7t2m4n6p8s1w5", message: "Back at noon.", audience: "everyone", createdAt: 1, expiresAt: 2 } as const;

  it("is told once, though every new connection brings it again", async () => {
    const fake = await open();
    const heard: string[] = [];
    const subscription = fake.live.onBroadcast(({ message }) => void heard.push(message));
    fake.first.say({ type: "broadcast", broadcast });
    const socket = await again(fake);
    socket.say({ type: "broadcast", broadcast }, { type: "broadcast", broadcast: { ...broadcast, id: "brd_01k9z8q5v0c3r7t2m4n6p8s1w6", message: "Back." } });
    subscription.close();
    socket.say({ type: "broadcast", broadcast: { ...broadcast, id: "brd_01k9z8q5v0c3r7t2m4n6p8s1w7" } });
    expect(heard).toEqual(["Back at noon.", "Back."]);
  });
});
