import { createServer, type IncomingMessage } from "node:http";

// A process of its own, so that receiving takes no time from what is measured: `node receiver.ts <delay in ms>`. Sends its port to the process that started
// it, and ends with that. `POST /<anything>` is a delivery, to which `POST /hang/…` gets no answer; `GET /` says what arrived since the last `DELETE /`.

const delayMs = Number(process.argv[2] ?? 0);

interface Arrivals {
  count: number;
  /** Deliveries that arrived again. */
  again: number;
  lastAt: number;
  /** By the beginning of the path, such as `/hang`: from the event's time to the first arrival, ms. */
  readonly latencies: Record<string, number[]>;
}

let seen = new Set<string>();
let arrivals: Arrivals = { count: 0, again: 0, lastAt: 0, latencies: {} };

function note({ url = "/", headers }: IncomingMessage, body: string, at: number): void {
  const id = String(headers["webhook-id"] ?? `${url} ${arrivals.count}`);
  if (seen.has(id)) {
    arrivals.again += 1;
    return;
  }
  seen.add(id);
  arrivals.count += 1;
  arrivals.lastAt = at;
  const { timestamp }: { timestamp?: string } = JSON.parse(body);
  if (timestamp === undefined) return;
  const group = `/${url.split("/")[1] ?? ""}`;
  const latencies = arrivals.latencies[group] ?? [];
  latencies.push(at - Date.parse(timestamp));
  arrivals.latencies[group] = latencies;
}

const server = createServer((request, response) => {
  const at = Date.now();
  if (request.method === "GET") return void response.end(JSON.stringify(arrivals));
  if (request.method === "DELETE") {
    arrivals = { count: 0, again: 0, lastAt: 0, latencies: {} };
    seen = new Set();
    return void response.end();
  }
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    note(request, body, at);
    if (request.url?.startsWith("/hang") === true) return;
    if (delayMs === 0) response.writeHead(204).end();
    else setTimeout(() => response.writeHead(204).end(), delayMs);
  });
});
// A connection that is closed while the next request is on its way would look like a failure of the receiver.
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A server that listens on a TCP port has no port.");
  process.send?.(address.port);
});
process.on("disconnect", () => process.exit());
