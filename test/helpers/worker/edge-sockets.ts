import { protocol, type ServerMessage } from "../../../shared/live/index.ts";
import { call, newAddress } from "./api.ts";
import { type HeardSocket, listenTo } from "./heard-socket.ts";

/** How somebody proves who they are: `{ key }`, or the headers of a session. */
export interface Proof {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A new ticket, as the API gives it. */
export async function ticketOf(proof: Proof, body: object = {}): Promise<string> {
  const answer = await call("POST", "/api/v1/ws-tickets", { ...proof, body });
  if (answer.status !== 201) throw new Error(`No ticket: ${answer.status} ${await answer.text()}`);
  return (await answer.json<{ ticket: string }>()).ticket;
}

interface Upgrade {
  /** Null leaves the header out. */
  readonly upgrade?: string | null;
  readonly subprotocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ip?: string;
}

/** The answer to a request for a socket. */
export function askForSocket(
  ticket: string,
  { upgrade = "websocket", subprotocol = protocol, headers = {}, ip = newAddress() }: Upgrade = {},
): Promise<Response> {
  return call("GET", `/ws?ticket=${ticket}`, {
    ip,
    headers: { ...(upgrade === null ? {} : { Upgrade: upgrade }), ...(subprotocol === null ? {} : { "Sec-WebSocket-Protocol": subprotocol }), ...headers },
  });
}

export interface EdgeSocket {
  readonly messages: readonly ServerMessage[];
  /** Resolves with the code and the reason, once it is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Whether the other end answers. */
  isOpen(): Promise<boolean>;
  /** The first message of a type that came, or that is to come. */
  heard<Type extends ServerMessage["type"]>(type: Type): Promise<Extract<ServerMessage, { type: Type }>>;
  close(): void;
}

/** Opens a socket at the edge, with a new ticket of whoever that is. */
export async function openSocket(proof: Proof, { body = {}, ...upgrade }: Upgrade & { readonly body?: object } = {}): Promise<EdgeSocket> {
  return openSocketWith(await ticketOf(proof, body), upgrade);
}

export async function openSocketWith(ticket: string, upgrade?: Upgrade): Promise<EdgeSocket> {
  const socket = await listenAtEdge(ticket, upgrade);
  return {
    messages: socket.messages,
    get closed() {
      return socket.heard(() => socket.closing ?? undefined);
    },
    isOpen: socket.ping,
    heard: (type) => socket.heard(() => socket.of(type)[0]),
    close: socket.close,
  };
}

/** Opens a socket with a ticket. */
export async function listenAtEdge(ticket: string, upgrade?: Upgrade): Promise<HeardSocket> {
  const answer = await askForSocket(ticket, upgrade);
  if (answer.webSocket === null) throw new Error(`No socket: ${answer.status} ${await answer.text()}`);
  return listenTo(answer.webSocket);
}
