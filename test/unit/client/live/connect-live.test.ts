import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem, ConnectionLost, createClient, SessionEnded, UnknownProtocol } from "../../../../client/index.ts";
import { protocol } from "../../../../shared/live/index.ts";
import { FakeSocket, fakeLive, ticket } from "../../../helpers/unit/fake-live.ts";

const begin = 1_800_000_000_000;
beforeEach(() => {
  vi.useFakeTimers({ now: begin });
});
afterEach(() => {
  vi.useRealTimers();
});

const refusal = (status: number, retryAfter?: string) => () =>
  Response.json({ code: `code_${status}`, detail: "Not now." }, { status, headers: retryAfter === undefined ? {} : { "Retry-After": retryAfter } });
const soon = () => vi.advanceTimersByTimeAsync(0);

describe("a live connection", () => {
  it.each([
    ["https://mentha.example", "wss://mentha.example/ws?ticket=t.1%2B%2F%3D"],
    ["http://localhost:8787/", "ws://localhost:8787/ws?ticket=t.1%2B%2F%3D"],
    ["https://example.com/quality", "wss://example.com/quality/ws?ticket=t.1%2B%2F%3D"],
  ])("asks for a ticket and opens a socket with it: %s", async (baseUrl, url) => {
    const fake = fakeLive({ baseUrl });
    const socket = await fake.socket();
    expect(fake.asked[0]).toMatchObject({ method: "POST", url: `${baseUrl.replace(/\/$/, "")}/api/v1/ws-tickets` });
    expect(fake.asked[0]?.headers.get("Authorization")).toBe("Bearer mk_test_1");
    expect(socket).toMatchObject({ url, offered: [protocol] });
    expect(fake.live.state).toEqual({ name: "connecting" });
    socket.welcome();
    expect(fake.live.state).toEqual({ name: "open" });
  });

  it("is the same tab over all of its sockets, and another than that of any other", async () => {
    const [one, another] = [fakeLive(), fakeLive()];
    (await one.socket()).end();
    await vi.advanceTimersByTimeAsync(1_000);
    await soon();
    const tabs = await Promise.all([...one.asked, ...another.asked].map((request) => request.text()));
    expect(tabs).toHaveLength(3);
    expect(tabs[0]).toMatch(/^\{"tabId":"[\w-]{8,64}"\}$/);
    expect(tabs[1]).toBe(tabs[0]);
    expect(tabs[2]).not.toBe(tabs[0]);
  });

  it.each([401, 403, 404, 422])("is closed with the server's answer when it gets no ticket and never will: %i", async (status) => {
    const fake = fakeLive({ answers: [refusal(status)] });
    await soon();
    expect(fake.live.state).toEqual({ name: "closed", why: expect.any(ApiProblem) });
    expect(fake.live.state).toMatchObject({ why: { status, detail: "Not now." } });
    await vi.runAllTimersAsync();
    expect(fake.asked).toHaveLength(1);
  });

  it("is closed when the session is over", async () => {
    const tokens = { accessToken: "a", expiresAt: begin + 3_600_000, refreshToken: "r" };
    const client = createClient({
      baseUrl: "https://mentha.example",
      session: { tokens, onTokens: () => {} },
      fetch: async () => refusal(401)(),
    });
    const live = client.connectLive({ webSocket: FakeSocket });
    await soon();
    expect(live.state).toEqual({ name: "closed", why: expect.any(SessionEnded) });
  });

  it("asks with the new tokens of a session that had to be renewed", async () => {
    const tokens = { accessToken: "old", expiresAt: begin, refreshToken: "r" };
    const asked: string[] = [];
    const client = createClient({
      baseUrl: "https://mentha.example",
      session: { tokens, onTokens: () => {} },
      fetch: async (url, { headers }) => {
        if (url.endsWith("/refresh")) return Response.json({ accessToken: "new", expiresAt: begin + 3_600_000, refreshToken: "r2" });
        asked.push(new Headers(headers).get("Authorization") ?? "");
        return ticket();
      },
    });
    const live = client.connectLive({ webSocket: FakeSocket });
    await soon();
    expect(asked).toEqual(["Bearer new"]);
    live.close();
  });

  it.each([429, 503])("waits as long as the server asks before it asks for a ticket again: %i", async (status) => {
    const fake = fakeLive({ answers: [refusal(status, "40")] });
    await soon();
    expect(fake.live.state).toMatchObject({ name: "waiting", retryInMs: 40_500, why: { status } });
    await vi.advanceTimersByTimeAsync(40_499);
    expect(fake.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(fake.asked).toHaveLength(2);
    (await fake.socket()).welcome();
    expect(fake.states).toEqual(["waiting 40500", "connecting", "open"]);
  });

  it("tries again when nothing answers, or not in time", async () => {
    const unreachable = () => Promise.reject(new TypeError("fetch failed"));
    const silent = () => new Promise<Response>(() => {});
    const fake = fakeLive({ answers: [unreachable, silent] });
    await vi.advanceTimersByTimeAsync(500);
    expect(fake.asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(fake.asked[1]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    (await fake.socket()).welcome();
    expect(fake.live.state.name).toBe("open");
  });

  it("tries again when a socket opens and says no welcome, whatever else it says", async () => {
    const fake = fakeLive();
    const socket = await fake.socket();
    socket.accept();
    socket.say({ type: "error", code: "malformed", message: "What?" });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(socket.isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.isClosed).toBe(true);
    expect(fake.states).toEqual(["waiting 500"]);
  });

  it.each(["mentha.live.v2", ""])("is closed with a clear error when the server speaks another protocol: %j", async (chosen) => {
    const fake = fakeLive();
    const socket = await fake.socket();
    socket.accept(chosen);
    expect(fake.live.state).toEqual({ name: "closed", why: expect.any(UnknownProtocol) });
    expect(fake.live.state).toMatchObject({ why: { message: expect.stringContaining(protocol) } });
    expect(socket.isClosed).toBe(true);
  });

  it("throws where there is no WebSocket", () => {
    vi.stubGlobal("WebSocket", undefined);
    const client = createClient({ baseUrl: "https://mentha.example", key: "k", fetch: async () => ticket() });
    expect(() => client.connectLive()).toThrow(TypeError);
    vi.unstubAllGlobals();
  });
});

describe("after its end, a live connection", () => {
  it("comes back at once as a rule, later when it must, and never when it is not wanted", async () => {
    const fake = fakeLive();
    (await fake.socket()).welcome();
    (await fake.socket()).end(4001, "rights_changed");
    expect(fake.live.state).toMatchObject({ name: "waiting", retryInMs: 500, why: { code: 4001, reason: "rights_changed" } });
    await vi.advanceTimersByTimeAsync(500);
    (await fake.socket()).welcome();
    (await fake.socket()).end(4005, "not_reading");
    expect(fake.live.state).toMatchObject({ name: "waiting", retryInMs: 61_000 });
    await vi.advanceTimersByTimeAsync(61_000);
    (await fake.socket()).welcome();
    (await fake.socket()).end(4002, "disconnected");
    expect(fake.live.state).toEqual({ name: "closed", why: expect.any(ConnectionLost) });
    await vi.runAllTimersAsync();
    expect(fake.sockets).toHaveLength(3);
  });

  it("waits longer each time while its connections do not last, and begins anew after one that did", async () => {
    const fake = fakeLive();
    const waits: string[] = [];
    for (const waitMs of [500, 1_000, 2_000]) {
      (await fake.socket()).welcome();
      await vi.advanceTimersByTimeAsync(29_000);
      (await fake.socket()).end();
      waits.push(fake.states.at(-1) ?? "");
      await vi.advanceTimersByTimeAsync(waitMs);
    }
    expect(waits).toEqual(["waiting 500", "waiting 1000", "waiting 2000"]);
    const lasting = await fake.socket();
    lasting.welcome();
    await vi.advanceTimersByTimeAsync(30_000);
    lasting.sayText("pong");
    lasting.end();
    expect(fake.states.at(-1)).toBe("waiting 500");
  });

  it("leaves nothing behind once it is closed, wherever it stood", async () => {
    const stages: readonly ((fake: ReturnType<typeof fakeLive>) => Promise<void> | void)[] = [
      () => {},
      async (fake) => void (await fake.socket()),
      async (fake) => (await fake.socket()).accept(),
      async (fake) => (await fake.socket()).welcome(),
      async (fake) => {
        (await fake.socket()).welcome();
        await vi.advanceTimersByTimeAsync(35_000);
      },
      async (fake) => (await fake.socket()).end(),
      async (fake) => {
        (await fake.socket()).welcome();
        (await fake.socket()).say({ type: "moving", withinMs: 1_000 });
      },
      async (fake) => {
        (await fake.socket()).welcome();
        (await fake.socket()).say({ type: "moving", withinMs: 1_000 });
        await vi.advanceTimersByTimeAsync(500);
      },
    ];
    for (const stage of stages) {
      const fake = fakeLive();
      fake.live.follow("me", { onEvent: () => {} });
      await stage(fake);
      fake.live.close();
      expect(fake.live.state).toEqual({ name: "closed", why: undefined });
      expect(vi.getTimerCount()).toBe(0);
      await soon();
      expect(fake.sockets.filter(({ isClosed }) => !isClosed)).toEqual([]);
      expect(fake.states.at(-1)).toBe("closed");
    }
  });
});

describe("a heartbeat", () => {
  const pings = (socket: FakeSocket) => socket.said.flatMap((said, i) => (said === "ping" ? [Number(socket.saidAt[i]) - socket.openedAt] : []));

  it("is sent as often as the server asks, and needs an answer of whatever kind within ten seconds", async () => {
    const fake = fakeLive();
    const socket = await fake.socket();
    socket.welcome({ heartbeatSeconds: 20 });
    await vi.advanceTimersByTimeAsync(29_999);
    socket.sayText("pong");
    await vi.advanceTimersByTimeAsync(20_000);
    socket.say({ type: "unsubscribed", topic: "me" });
    await vi.advanceTimersByTimeAsync(10_001);
    expect(pings(socket)).toEqual([20_000, 40_000, 60_000]);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(fake.live.state.name).toBe("open");
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.isClosed).toBe(true);
    expect(fake.states).toEqual(["open", "waiting 500"]);
    // What an old socket says late concerns nobody.
    socket.end(4002, "disconnected");
    expect(fake.live.state.name).toBe("waiting");
  });

  it("of less than ten seconds does not put off the answer to the one before", async () => {
    const fake = fakeLive();
    const socket = await fake.socket();
    socket.welcome({ heartbeatSeconds: 1 });
    await vi.advanceTimersByTimeAsync(11_000);
    expect(socket.isClosed).toBe(true);
  });
});

describe("messages that were received", () => {
  it("are acknowledged as often as the server asks, and counted for each socket", async () => {
    const fake = fakeLive();
    for (let round = 0; round < 2; round += 1) {
      const socket = await fake.socket();
      socket.welcome({ acknowledgeEvery: 3 });
      for (let i = 0; i < 5; i += 1) socket.sayText(i === 2 ? "nonsense" : JSON.stringify({ type: "later" }));
      socket.sayText("pong");
      expect(socket.said).toEqual([
        { type: "ack", received: 3 },
        { type: "ack", received: 6 },
      ]);
      socket.end();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(fake.live.malformed).toBe(2);
  });
});

describe("activity", () => {
  it("is told when it changes, and again to each new socket", async () => {
    const fake = fakeLive();
    const first = await fake.socket();
    fake.live.setActive(false);
    first.welcome();
    fake.live.setActive(false);
    fake.live.setActive(true);
    expect(first.said).toEqual([
      { type: "activity", active: false },
      { type: "activity", active: true },
    ]);
    first.end();
    await vi.advanceTimersByTimeAsync(500);
    (await fake.socket()).welcome();
    expect((await fake.socket()).said).toEqual([{ type: "activity", active: true }]);
  });
});
