import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followLive } from "../../../cli/follow-live.ts";
import { createClient } from "../../../client/index.ts";
import type { LiveEvent } from "../../../shared/live/index.ts";
import { sampleReport } from "../../helpers/sample-report.ts";
import { FakeSocket, ticket } from "../../helpers/unit/fake-live.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const { audit } = sampleReport;
const topic = `audit:${audit.id}` as const;
const progress = {
  status: "running",
  discovered: 9,
  fetched: 3,
  failed: 0,
  left: 6,
  pagesPerSecond: 2,
  secondsLeft: 3,
  currentUrl: null,
  counts: audit.counts,
} as const;
const changed: LiveEvent = { type: "audit.changed", auditId: audit.id, status: "completed" };
const running = () => Response.json({ ...audit, status: "running", finishedAt: null });
const ended = () => Response.json(audit);
const failing = () => Response.json({ code: "not_found", detail: "Gone." }, { status: 404 });

/** Follows the audit with a server that a test plays; `state` is what the API answers of the audit, until the test says otherwise. */
function follow({ askTicket = ticket }: { askTicket?: () => Response | Promise<Response> } = {}) {
  const sockets: FakeSocket[] = [];
  const asked: string[] = [];
  const api = { audit: running };
  const client = createClient({
    baseUrl: "https://mentha.example",
    key: "mk_test_1",
    fetch: async (url, { method = "GET" }) => {
      asked.push(`${method} ${new URL(url).pathname}`);
      return method === "POST" ? askTicket() : api.audit();
    },
  });
  class Opened extends FakeSocket {
    constructor(url: string, offered: string[]) {
      super(url, offered);
      sockets.push(this);
    }
  }
  const stop = new AbortController();
  const shown: unknown[] = [];
  const view = { show: (seen: unknown) => void shown.push(seen), clear: () => {} };
  const connected = { getAudit: client.getAudit, connectLive: () => client.connectLive({ webSocket: Opened, random: () => 0.5 }) };
  let end: unknown = "none yet";
  followLive(connected, audit.id, view, stop.signal).then(
    (value) => (end = value ?? "fell back"),
    (thrown: unknown) => (end = thrown),
  );
  return {
    stop,
    shown,
    asked,
    sockets,
    api,
    async end(): Promise<unknown> {
      await vi.advanceTimersByTimeAsync(0);
      return end;
    },
    async subscribed(): Promise<FakeSocket> {
      await vi.advanceTimersByTimeAsync(0);
      const socket = sockets.at(-1);
      if (socket === undefined) throw new Error("No socket was opened.");
      socket.welcome();
      socket.say({ type: "subscribed", topic, resumed: false, lastId: null });
      await vi.advanceTimersByTimeAsync(0);
      return socket;
    },
  };
}

/** Whether nothing is left that would keep the command from ending. */
function expectNothingLeft(sockets: readonly FakeSocket[]): void {
  expect(vi.getTimerCount()).toBe(0);
  expect(sockets.every(({ isClosed }) => isClosed)).toBe(true);
}

describe("an audit that is followed over a socket", () => {
  it("shows its progress, and ends as the API says, once an event tells that it did", async () => {
    const run = follow();
    const socket = await run.subscribed();
    socket.say({ type: "event", topic, id: null, at: 1, event: { type: "audit.progress", auditId: audit.id, progress } });
    expect(await run.end()).toBe("none yet");
    run.api.audit = ended;
    socket.say({ type: "event", topic, id: null, at: 2, event: changed });
    expect(await run.end()).toEqual(audit);
    expect(run.shown).toEqual([progress]);
    expect(run.asked).toEqual(["POST /api/v1/ws-tickets", `GET /api/v1/audits/${audit.id}`, `GET /api/v1/audits/${audit.id}`]);
    expectNothingLeft(run.sockets);
  });

  it("may have ended before", async () => {
    const run = follow();
    run.api.audit = ended;
    await run.subscribed();
    expect(await run.end()).toEqual(audit);
  });

  it("may end during a break", async () => {
    const run = follow();
    (await run.subscribed()).end();
    run.api.audit = ended;
    await vi.advanceTimersByTimeAsync(500);
    await run.subscribed();
    expect(await run.end()).toEqual(audit);
    expect(run.sockets).toHaveLength(2);
    expectNothingLeft(run.sockets);
  });

  it("is asked for again when the API could not be asked: what breaks a socket off breaks requests off too", async () => {
    const run = follow();
    run.api.audit = () => {
      throw new TypeError("fetch failed");
    };
    const socket = await run.subscribed();
    expect(await run.end()).toBe("none yet");
    socket.end();
    run.api.audit = ended;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await run.end()).toEqual(audit);
    expectNothingLeft(run.sockets);
  });

  it("may end in silence: the API is asked every half a minute", async () => {
    const run = follow();
    const socket = await run.subscribed();
    run.api.audit = ended;
    await vi.advanceTimersByTimeAsync(29_999);
    socket.sayText("pong");
    expect(await run.end()).toBe("none yet");
    await vi.advanceTimersByTimeAsync(1);
    expect(await run.end()).toEqual(audit);
  });

  it("ends with the reason when the person stops it, and leaves nothing behind", async () => {
    const run = follow();
    await run.subscribed();
    run.stop.abort("Ctrl-C");
    expect(await run.end()).toBe("Ctrl-C");
    expectNothingLeft(run.sockets);
  });
});

describe("an audit is followed in another way", () => {
  it.each<[string, () => Response]>([
    ["an older server", () => Response.json({ code: "not_found" }, { status: 404 })],
    ["a server that is full", () => Response.json({ code: "unavailable" }, { status: 503, headers: { "Retry-After": "60" } })],
    ["a proxy's own page", () => new Response("<h1>Hello</h1>")],
  ])("at once, when no ticket is to be had: %s", async (_, askTicket) => {
    const run = follow({ askTicket });
    expect(await run.end()).toBe("fell back");
    expectNothingLeft(run.sockets);
  });

  it("at once, when a socket cannot be opened, as behind a proxy that refuses it", async () => {
    const run = follow();
    await run.end();
    run.sockets[0]?.end();
    expect(await run.end()).toBe("fell back");
    expectNothingLeft(run.sockets);
  });

  it("at once, when it may not be followed", async () => {
    const run = follow();
    await run.end();
    run.sockets[0]?.welcome();
    run.sockets[0]?.say({ type: "refused", topic, code: "forbidden", message: "No." });
    expect(await run.end()).toBe("fell back");
  });

  it("at once, when the API says something else than how it stands", async () => {
    const run = follow();
    run.api.audit = failing;
    await run.subscribed();
    expect(await run.end()).toBe("fell back");
    expectNothingLeft(run.sockets);
  });

  it("at once, when an operator ended the connection", async () => {
    const run = follow();
    (await run.subscribed()).end(4002, "disconnected");
    expect(await run.end()).toBe("fell back");
  });

  it.each([
    ["no answer to the request for a ticket", { askTicket: () => new Promise<Response>(() => {}) }],
    ["a socket that does not open", {}],
  ])("after five seconds of %s", async (_, options) => {
    const run = follow(options);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(await run.end()).toBe("none yet");
    await vi.advanceTimersByTimeAsync(1);
    expect(await run.end()).toBe("fell back");
    expectNothingLeft(run.sockets);
  });

  it("after five seconds without a connection that was there", async () => {
    const run = follow();
    (await run.subscribed()).end();
    for (let left = 4_999; left > 0; left -= 500) {
      await vi.advanceTimersByTimeAsync(Math.min(500, left));
      run.sockets.at(-1)?.end();
    }
    expect(await run.end()).toBe("none yet");
    expect(run.sockets.length).toBeGreaterThan(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await run.end()).toBe("fell back");
    expectNothingLeft(run.sockets);
  });
});
