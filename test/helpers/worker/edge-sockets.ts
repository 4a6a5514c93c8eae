import { protocol, ServerMessage } from "../../../shared/live/index.ts";
import { call, newAddress } from "./api.ts";

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
  const answer = await askForSocket(await ticketOf(proof, body), upgrade);
  if (answer.webSocket === null) throw new Error(`No socket: ${answer.status} ${await answer.text()}`);
  return heardAt(answer.webSocket);
}

function heardAt(socket: WebSocket): EdgeSocket {
  const messages: ServerMessage[] = [];
  const waiting = new Set<() => void>();
  let pongs = 0;
  let isClosed = false;
  const changed = () => {
    for (const look of [...waiting]) look();
  };
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  socket.addEventListener("message", ({ data }) => {
    if (data === "pong") pongs += 1;
    else messages.push(ServerMessage.parse(JSON.parse(String(data))));
    changed();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    isClosed = true;
    closed.resolve({ code, reason });
    changed();
  });
  socket.accept();

  /** What `look` finds, as soon as it finds something. */
  const until = <T>(look: () => T | undefined): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<T>();
    const again = () => {
      const found = look();
      if (found === undefined) return;
      waiting.delete(again);
      resolve(found);
    };
    waiting.add(again);
    again();
    return promise;
  };

  return {
    closed: closed.promise,
    async isOpen() {
      if (isClosed) return false;
      const before = pongs;
      socket.send("ping");
      return await until(() => (isClosed ? false : pongs > before ? true : undefined));
    },
    heard: <Type extends ServerMessage["type"]>(type: Type) =>
      until(() => messages.find((message): message is Extract<ServerMessage, { type: Type }> => message.type === type)),
    close: () => socket.close(1000),
  };
}
