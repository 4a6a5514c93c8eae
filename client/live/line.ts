import { acknowledgeEvery, type ClientMessage, ping, protocol, type ServerMessage } from "../../shared/live/index.ts";
import { createPacer } from "./pacer.ts";
import { type Read, readMessage } from "./read-message.ts";
import { ConnectionLost, UnknownProtocol } from "./reconnect.ts";
import { createTimer } from "./timer.ts";

/** What is needed of a `WebSocket`. */
export interface Socket {
  /** The subprotocol that the server chose. */
  readonly protocol: string | null;
  send(text: string): void;
  close(): void;
  addEventListener(type: "open" | "error", hear: () => void): void;
  addEventListener(type: "message", hear: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", hear: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** One socket, from its ticket to its end. */
export interface Line {
  /** Whether the server has said welcome, and it has not ended. */
  readonly isReady: boolean;
  send(message: ClientMessage): void;
  /** Ends it; nothing is heard of it any more. */
  close(): void;
}

/** What is not for this version to understand, or for none. */
export type Unintelligible = Exclude<Read, { readonly kind: "message" | "pong" }>;

export interface LineHearer {
  onReady(): void;
  /** The server answered a first heartbeat. */
  onProven(): void;
  /** It ended by itself, or was never opened; nothing is heard of it any more. */
  onEnd(why: unknown): void;
  /** Anything but the welcome. */
  onMessage(message: ServerMessage): void;
  onUnintelligible(read: Unintelligible): void;
}

/** In ms, for the answer to a request for a ticket, where a session may have to be renewed first. */
const ticketMs = 30_000;
/** In ms, for the welcome on a socket, and for something after a heartbeat; else the connection is taken for lost. */
const answerMs = 10_000;

/** Opens a line; `open` asks for a ticket and makes the socket. */
export function openLine(open: (signal: AbortSignal) => Promise<Socket>, hearer: LineHearer): Line {
  const stop = new AbortController();
  const deadline = createTimer();
  const heartbeat = createTimer();
  const pacer = createPacer((text) => socket?.send(text));
  let socket: Socket | undefined;
  let isReady = false;
  let received = 0;
  let acknowledge = acknowledgeEvery;
  let onPong = (): void => hearer.onProven();
  const say = (message: ClientMessage): void => {
    if (!stop.signal.aborted) pacer.add(JSON.stringify(message));
  };

  function close(): void {
    if (stop.signal.aborted) return;
    isReady = false;
    heartbeat.clear();
    deadline.clear();
    pacer.stop();
    stop.abort();
    socket?.close();
  }
  function end(why: unknown): void {
    if (stop.signal.aborted) return;
    close();
    hearer.onEnd(why);
  }
  function expectAnswer(withinMs: number): void {
    deadline.set(withinMs, () => end(new ConnectionLost("The server does not answer.", 1006)));
  }
  function beatEvery(ms: number): void {
    heartbeat.set(ms, () => {
      socket?.send(ping);
      if (!deadline.isSet) expectAnswer(answerMs); // or a server whose heartbeat is faster than this could stay silent
      beatEvery(ms);
    });
  }
  function begin(welcome: Extract<ServerMessage, { type: "welcome" }>): void {
    if (isReady) return;
    isReady = true;
    acknowledge = welcome.acknowledgeEvery;
    deadline.clear();
    beatEvery(welcome.heartbeatSeconds * 1_000);
    hearer.onReady();
  }
  function hear(data: unknown): void {
    if (stop.signal.aborted) return;
    // Whatever comes shows that the connection is alive, once it has begun.
    if (isReady) deadline.clear();
    const read = readMessage(data);
    if (read.kind === "pong") {
      onPong();
      onPong = () => {};
      return;
    }
    received += 1;
    if (received % acknowledge === 0) say({ type: "ack", received });
    if (read.kind !== "message") hearer.onUnintelligible(read);
    else if (read.message.type === "welcome") begin(read.message);
    else hearer.onMessage(read.message);
  }
  function attend(opened: Socket): void {
    socket = opened;
    if (stop.signal.aborted) {
      opened.close();
      return;
    }
    expectAnswer(answerMs);
    opened.addEventListener("open", () => {
      if (opened.protocol !== protocol)
        end(new UnknownProtocol(`The server does not speak ${protocol}, which this version of the client needs for live updates.`));
    });
    opened.addEventListener("message", ({ data }) => hear(data));
    // The close event follows and says as much: nobody is told why a connection failed.
    opened.addEventListener("error", () => {});
    opened.addEventListener("close", ({ code, reason }) => end(new ConnectionLost(endText(code, reason), code)));
  }

  expectAnswer(ticketMs);
  open(stop.signal).then(attend).catch(end);
  return {
    get isReady() {
      return isReady;
    },
    send: say,
    close,
  };
}

const endText = (code: number, reason: string): string =>
  code === 1006 ? "The connection broke off or could not be opened." : `The server closed the connection (${code}${reason === "" ? "" : `, ${reason}`}).`;
