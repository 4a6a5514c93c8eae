import { Agent, request } from "node:http";
import { WebSocket } from "ws";
import { z } from "zod";
import { createClient } from "../../client/index.ts";
import { acknowledgeEvery, ping, pong, protocol } from "../../shared/live/index.ts";
import { createSemaphore } from "../../shared/platform/index.ts";
import { type BenchClient, type Hearer, openSocket, type Seat } from "./client.ts";

const Ticket = z.object({ ticket: z.string() });

/** Connections to ask for tickets, from each address of a process: as browsers do, they are kept for the next request. */
const agents = new Map<string, Agent>();
function agentAt(address: string): Agent {
  const agent = agents.get(address) ?? new Agent({ keepAlive: true, maxSockets: 4, localAddress: address });
  agents.set(address, agent);
  return agent;
}

/** Answers the body; rejects with what went wrong. */
function post(url: string, { address, token, workspaceId }: Seat, body: object): Promise<unknown> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "X-Workspace": workspaceId };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent: agentAt(address), localAddress: address, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () => {
        if (answer.statusCode === 201) resolve(JSON.parse(Buffer.concat(pieces).toString()));
        else reject(new Error(String(answer.statusCode)));
      });
    });
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}

/** The protocol and nothing else. */
export function rawClient(seat: Seat, hearer: Hearer): BenchClient {
  const { server, personId, tabId } = seat;
  let ticket: string | null = null;
  let socket: WebSocket | null = null;
  let received = 0;

  function heard(text: string, from: WebSocket): boolean {
    if (text === pong) return false;
    received += 1;
    if (received % acknowledgeEvery === 0) from.send(JSON.stringify({ type: "ack", received }));
    hearer.received(text);
    // Counted as open once it hears what happens: with that, a client has all it came for.
    if (text.startsWith('{"type":"welcome"')) from.send(JSON.stringify({ type: "subscribe", topic: "workspace" }));
    const isReady = text.startsWith('{"type":"subscribed"');
    if (isReady) hearer.opened();
    return isReady;
  }

  return {
    async prepare() {
      try {
        ({ ticket } = Ticket.parse(await post(`${server.url}/api/v1/ws-tickets`, seat, { tabId })));
      } catch (error) {
        hearer.failed(`ticket: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    async connect() {
      if (ticket === null) return;
      const url = `${server.url.replace(/^http/, "ws")}/ws?${new URLSearchParams({ ticket }).toString()}`;
      ticket = null;
      const opening = openSocket(seat, { url, protocols: [protocol] }, { heard, closed: left, failed: hearer.failed });
      socket = opening.socket;
      await opening.settled;
    },
    beat() {
      if (socket?.readyState === WebSocket.OPEN) socket.send(ping);
    },
  };

  function left(wasOpen: boolean): void {
    socket = null;
    if (wasOpen) hearer.closed(personId);
  }
}

/** What a client failed at that does not come back. */
export const closedForGood = "closed for good";

/** Requests of a process on their way at the same time: each connection for them takes open files of the server, which it has for sockets. */
const requests = createSemaphore(32);

/** The product's own client, which gets its tickets, says that it is there and comes back by itself. */
export function ownClient({ server, workspaceId, personId, token, address }: Seat, hearer: Hearer): BenchClient {
  const began = new URL(server.url).host;
  /** Wherever the server is now; the client knows it by one address. */
  const there = (url: string): string => url.replace(began, new URL(server.url).host);
  class LocalSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(there(url), protocols, { localAddress: address, perMessageDeflate: false });
    }
  }
  const client = createClient({ baseUrl: server.url, workspace: workspaceId, key: token, fetch: (url, init) => requests.run(() => fetch(there(url), init)) });
  return {
    prepare: async () => {},
    connect() {
      return new Promise((resolve) => {
        let wasOpen = false;
        const live = client.connectLive({ webSocket: LocalSocket });
        live.onState((state) => {
          const { name } = state;
          const isOpen = name === "open";
          if (isOpen && !wasOpen) hearer.opened();
          if (!isOpen && wasOpen) hearer.closed(personId);
          if (state.name === "waiting") hearer.failed(`waits: ${state.why instanceof Error ? state.why.message : String(state.why)}`);
          if (name === "closed") hearer.failed(closedForGood);
          wasOpen = isOpen;
          if (name === "open" || name === "closed") resolve();
        });
        live.onBroadcast(({ message }) => hearer.received(message));
        live.follow("workspace", { onEvent: (event) => hearer.received(JSON.stringify(event)) });
      });
    },
    beat() {},
  };
}
