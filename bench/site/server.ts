import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pageOf, pathOf } from "./page.ts";

// A process of its own, so that serving pages takes no time from what is measured: `node server.ts <sites> <pages> <delay in ms> <size>`.
// Sends the ports it listens on to the process that started it, and ends with that.

const [sites = 1, pages = 1, delayMs = 0] = process.argv.slice(2).map(Number);
const size = process.argv[5] === "large" ? "large" : "small";
const numbers = new Map(Array.from({ length: pages }, (_, n) => [pathOf(n), n]));
const bodies = new Map<number, string>();

/** Made once: a page costs no more than sending it. */
function bodyOf(n: number): string {
  const body = bodies.get(n) ?? pageOf(n, pages, size);
  bodies.set(n, body);
  return body;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const n = numbers.get(request.url ?? "/");
  if (n === undefined) return void response.writeHead(404, { "content-type": "text/plain" }).end("not found");
  const html = bodyOf(n).replace("{origin}", `http://${request.headers.host}`);
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "x-content-type-options": "nosniff" }).end(html);
}

async function listen(): Promise<number> {
  const server = createServer((request, response) => {
    if (delayMs === 0) answer(request, response);
    else setTimeout(answer, delayMs, request, response);
  });
  // A connection that is closed while the next request is on its way would look like a failure of the site.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A server that listens on a TCP port has no port.");
  return address.port;
}

// Made before anybody measures.
for (let n = 0; n < pages; n++) bodyOf(n);
process.send?.(await Promise.all(Array.from({ length: sites }, listen)));
process.on("disconnect", () => process.exit());
