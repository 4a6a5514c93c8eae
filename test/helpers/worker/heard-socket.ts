import { type ClientMessage, ServerMessage } from "../../../shared/live/index.ts";

/** A client's end of a socket, and everything that came over it. */
export interface HeardSocket {
  /** In order; `pong` is none of them. */
  readonly messages: readonly ServerMessage[];
  /** Messages of one type. */
  of<Type extends ServerMessage["type"]>(type: Type): Extract<ServerMessage, { type: Type }>[];
  /** Null while it is open. */
  readonly closing: { readonly code: number; readonly reason: string } | null;
  /** What `find` finds in what came, or is still to come. */
  heard<T>(find: () => T | undefined): Promise<T>;
  say(message: ClientMessage): void;
  sayText(text: string | ArrayBuffer): void;
  /** True when the platform has answered, which overtakes what the object says; false when the socket is closed. */
  ping(): Promise<boolean>;
  close(): void;
}

/** Longer than anything takes; what did not come by then is told as such, before the test is over. */
const patienceMs = 20_000;

/** Accepts a socket, and listens. */
export function listenTo(socket: WebSocket): HeardSocket {
  const messages: ServerMessage[] = [];
  const waiting = new Set<() => void>();
  let closing: HeardSocket["closing"] = null;
  let pings = 0;
  let pongs = 0;
  const changed = () => {
    for (const look of [...waiting]) look();
  };
  socket.addEventListener("message", ({ data }) => {
    if (data === "pong") pongs += 1;
    else messages.push(ServerMessage.parse(JSON.parse(String(data))));
    changed();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closing = { code, reason };
    changed();
  });
  socket.accept();

  const heard = <T>(find: () => T | undefined): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const end = () => {
      clearTimeout(timer);
      waiting.delete(look);
    };
    const look = () => {
      const found = find();
      if (found === undefined) return;
      end();
      resolve(found);
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`what was waited for did not come; what came is ${JSON.stringify(messages)}`));
    }, patienceMs);
    waiting.add(look);
    look();
    return promise;
  };

  return {
    messages,
    of: <Type extends ServerMessage["type"]>(type: Type) =>
      messages.filter((message): message is Extract<ServerMessage, { type: Type }> => message.type === type),
    get closing() {
      return closing;
    },
    heard,
    say: (message) => socket.send(JSON.stringify(message)),
    sayText: (text) => socket.send(text),
    ping() {
      pings += 1;
      const asked = pings;
      if (closing === null) socket.send("ping");
      return heard(() => (closing !== null ? false : pongs >= asked ? true : undefined));
    },
    close: () => socket.close(1000),
  };
}
