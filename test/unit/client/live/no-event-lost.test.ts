import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import type { ServerMessage } from "../../../../shared/live/index.ts";
import { type FakeSocket, fakeLive } from "../../../helpers/unit/fake-live.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const Subscribe = z.object({ type: z.literal("subscribe"), topic: z.literal("me"), after: z.string().optional() });
const number = (id: string) => Number(id.slice(2));
const event = (n: number): ServerMessage => ({ type: "event", topic: "me", id: `a-${n}`, at: 1, event: { type: "notification.read", unread: n } });

/** A server with one topic, whose messages are numbered and all kept; what it sends waits until it is delivered, and is lost with its socket. */
function modelServer() {
  const sessions = new Map<FakeSocket, { answered: number; isSubscribed: boolean; readonly queue: ServerMessage[] }>();
  let last = 0;
  const answer = (socket: FakeSocket): void => {
    const session = sessions.get(socket) ?? { answered: 0, isSubscribed: false, queue: [] };
    if (!sessions.has(socket)) socket.welcome();
    sessions.set(socket, session);
    for (const said of socket.said.slice(session.answered)) {
      session.answered += 1;
      if (said === "ping") socket.sayText("pong");
      const asked = Subscribe.safeParse(said).data;
      if (asked === undefined) continue;
      const from = asked.after === undefined ? last : number(asked.after);
      const missed = Array.from({ length: last - from }, (_, i) => event(from + i + 1));
      const lastId = last === 0 ? null : `a-${last}`;
      session.queue.push({ type: "subscribed", topic: "me", resumed: asked.after !== undefined, lastId }, ...missed);
      session.isSubscribed = true;
    }
  };
  return {
    publish() {
      last += 1;
      for (const { isSubscribed, queue } of sessions.values()) if (isSubscribed) queue.push(event(last));
    },
    answerAll: (sockets: readonly FakeSocket[]) => sockets.filter((socket) => !socket.isClosed).forEach(answer),
    deliver(most: number) {
      for (const [socket, { queue }] of sessions) for (const message of queue.splice(0, most)) if (!socket.isClosed) socket.say(message);
    },
    last: () => last,
  };
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: "publish" } as const) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("deliver" as const), most: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.constant({ do: "answer" } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 3_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), newest: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: "move" } as const) },
);

it("tells every event once and in order, or that something is missing, however often connections end and move", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const server = modelServer();
      const fake = fakeLive();
      const heard: (number | "gap")[] = [];
      fake.live.follow("me", { onEvent: (_, { id }) => void heard.push(number(id ?? "a-0")), onGap: () => void heard.push("gap") });
      const open = () => fake.sockets.filter(({ isClosed }) => !isClosed);
      for (const one of steps) {
        if (one.do === "publish") server.publish();
        if (one.do === "deliver") server.deliver(one.most);
        if (one.do === "answer") server.answerAll(fake.sockets);
        if (one.do === "wait") await vi.advanceTimersByTimeAsync(one.ms);
        if (one.do === "lose")
          open()
            .at(one.newest ? -1 : 0)
            ?.end();
        if (one.do === "move") open().at(0)?.say({ type: "moving", withinMs: 2_000 });
      }
      for (let second = 0; second < 60; second += 1) {
        await vi.advanceTimersByTimeAsync(1_000);
        server.answerAll(fake.sockets);
        server.deliver(1_000);
      }
      expect(fake.live.state.name).toBe("open");
      expect(open()).toHaveLength(1);
      expect(heard[0]).toBe("gap");
      heard.forEach((n, i) => {
        const before = heard[i - 1];
        if (n !== "gap" && typeof before === "number") expect(n).toBe(before + 1);
      });
      const numbers = heard.filter((n) => n !== "gap");
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      if (heard.at(-1) !== "gap") expect(heard.at(-1)).toBe(server.last());
      fake.live.close();
    }),
    { numRuns: 300 },
  );
});
