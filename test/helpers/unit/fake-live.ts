import { vi } from "vitest";
import { createClient } from "../../../client/index.ts";
import type { LiveOptions } from "../../../client/live/connect-live.ts";
import { protocol, type ServerMessage } from "../../../shared/live/index.ts";

type Heard = { readonly data: unknown } & { readonly code: number; readonly reason: string };

/** The other end of a socket that the client opened. */
export class FakeSocket {
  readonly url: string;
  readonly offered: readonly string[];
  readonly openedAt = Date.now();
  protocol = "";
  /** What the client said: `"ping"`, or an object. */
  readonly said: unknown[] = [];
  readonly saidAt: number[] = [];
  /** Whether the client closed it. */
  isClosed = false;
  readonly #hearers: { readonly type: string; readonly hear: (event: Heard) => void }[] = [];

  constructor(url: string, offered: readonly string[]) {
    this.url = url;
    this.offered = offered;
  }
  addEventListener(type: string, hear: (event: Heard) => void): void {
    this.#hearers.push({ type, hear });
  }
  send(text: string): void {
    this.said.push(text === "ping" ? text : JSON.parse(text));
    this.saidAt.push(Date.now());
  }
  close(): void {
    this.isClosed = true;
  }

  #emit(type: string, event: Partial<Heard> = {}): void {
    for (const one of this.#hearers.filter((hearer) => hearer.type === type)) one.hear({ data: undefined, code: 0, reason: "", ...event });
  }
  accept(chosen: string = protocol): void {
    this.protocol = chosen;
    this.#emit("open");
  }
  sayText(data: unknown): void {
    this.#emit("message", { data });
  }
  say(...messages: readonly ServerMessage[]): void {
    for (const message of messages) this.sayText(JSON.stringify(message));
  }
  /** Accepts and welcomes. */
  welcome({ heartbeatSeconds = 30, acknowledgeEvery = 50 } = {}): void {
    this.accept();
    this.say({ type: "welcome", connectionId: "con_01k9z8q5v0c3r7t2m4n6p8s1w5", at: 1, heartbeatSeconds, acknowledgeEvery });
  }
  end(code = 1006, reason = ""): void {
    if (code === 1006) this.#emit("error");
    this.#emit("close", { code, reason });
  }
}

/** What asks for a ticket gets on a good day. */
export const ticket = (): Response => Response.json({ ticket: "t.1+/=", expiresAt: 1_800_000_030_000 }, { status: 201 });

interface FakeOptions extends Omit<LiveOptions, "webSocket"> {
  readonly baseUrl?: string;
  /** One answer after the other to requests for tickets; after the last one, tickets. */
  readonly answers?: readonly (() => Response | Promise<Response>)[];
}

/** A client with live updates, whose server a test plays. Times are virtual: `vi.useFakeTimers()` comes first. */
export function fakeLive({ baseUrl = "https://mentha.example", answers = [], random = () => 0.5, ...options }: FakeOptions = {}) {
  const asked: Request[] = [];
  const sockets: FakeSocket[] = [];
  const client = createClient({
    baseUrl,
    key: "mk_test_1",
    fetch: async (url, init) => {
      asked.push(new Request(url, init));
      return (answers[asked.length - 1] ?? ticket)();
    },
  });
  class Opened extends FakeSocket {
    constructor(url: string, offered: string[]) {
      super(url, offered);
      sockets.push(this);
    }
  }
  const live = client.connectLive({ webSocket: Opened, random, ...options });
  const states: string[] = [];
  live.onState((state) => void states.push(state.name === "waiting" ? `waiting ${state.retryInMs}` : state.name));
  return {
    live,
    asked,
    sockets,
    states,
    /** The socket that was opened last, once one is. */
    async socket(): Promise<FakeSocket> {
      await vi.advanceTimersByTimeAsync(0);
      const last = sockets.at(-1);
      if (last === undefined) throw new Error("No socket was opened.");
      return last;
    },
  };
}
