import { createServer, type IncomingMessage, request as send } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { close, listen } from "./local-site.ts";

/** Stands between a client and a server on this machine. */
export interface Proxy {
  readonly url: string;
  /** `GET /api/v1/audits/aud_…/events`, `UPGRADE /ws` and the like, in order, without queries; nothing while it is away. */
  readonly asked: readonly string[];
  /** Breaks every connection off, and from then on every new one, until it is told that the network is back. */
  setAway(isAway: boolean): void;
  close(): Promise<void>;
}

interface ProxyOptions {
  /** Where requests go, such as `http://127.0.0.1:8787`; connections are refused while nobody listens there. */
  readonly target: string;
  /** Whether WebSockets may pass; else their handshake is answered as an ordinary request that is forbidden. */
  readonly upgrades: boolean;
}

export async function startProxy({ target, upgrades }: ProxyOptions): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const asked: string[] = [];
  const pipes = new Set<Duplex>();
  let isAway = false;
  const note = (method: string | undefined, { url = "/" }: IncomingMessage) => asked.push(`${method} ${url.split("?")[0]}`);

  const server = createServer((request, response) => {
    if (isAway) return void response.destroy();
    note(request.method, request);
    const onward = send({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isAway) return void socket.destroy();
    note("UPGRADE", request);
    if (!upgrades) return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    const onward: Socket = connect(Number(port), hostname, () => {
      const headers = request.rawHeaders.flatMap((value, i, all) => (i % 2 === 0 ? [`${value}: ${all[i + 1]}`] : []));
      onward.write(`GET ${request.url} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [[socket, onward] as const, [onward, socket] as const]) {
      pipes.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        pipes.delete(one);
        other.destroy();
      });
    }
  });
  const breakOff = () => {
    for (const pipe of pipes) pipe.destroy();
    server.closeAllConnections();
  };
  const own = await listen(server);
  return {
    url: `http://127.0.0.1:${own}`,
    asked,
    setAway: (away) => {
      isAway = away;
      if (away) breakOff();
    },
    close: async () => {
      breakOff();
      await close(server);
    },
  };
}
