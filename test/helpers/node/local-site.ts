import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { SiteRequest, SiteRoute, SiteRoutes } from "./site-route.ts";

export interface Site {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** What was asked so far, oldest first. */
  readonly requests: readonly SiteRequest[];
  close(): Promise<void>;
}

/**
 * A real HTTP site on a free port of 127.0.0.1. `{origin}` in bodies, headers and redirects becomes its own origin. A page is answered once what `held`
 * says of its path is settled.
 */
export async function startSite(routes: SiteRoutes, held: (path: string) => Promise<void> = () => Promise.resolve()): Promise<Site> {
  const requests: SiteRequest[] = [];
  const answer = answerer(routes);
  const server = createServer((request, response) => {
    received(request, requests)
      .then(() => held(request.url ?? "/"))
      .then(() => answer(request, response))
      .catch(() => response.destroy());
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, requests, close: () => close(server) };
}

/** Answers requests from a table of routes, and counts them for routes whose answers come in turn. */
export function answerer(routes: SiteRoutes): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const asked = new Map<string, number>();
  return async (request, response) => {
    const path = request.url ?? "/";
    const key = [path, path.split("?")[0] ?? path, "*"].find((candidate) => Object.hasOwn(routes, candidate));
    const route = key === undefined ? undefined : routes[key];
    if (route === undefined) return respond(request, response, { status: 404, body: "<!doctype html><title>Not found</title><h1>Not found</h1>" });
    const turn = asked.get(path) ?? 0;
    asked.set(path, turn + 1);
    const answers: readonly (string | SiteRoute)[] = Array.isArray(route) ? route : [route];
    const now = answers[Math.min(turn, answers.length - 1)] ?? "";
    await respond(request, response, typeof now === "string" ? { body: now } : now);
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, route: SiteRoute): Promise<void> {
  if (route.fault === "no-answer") return;
  if (route.delayMs !== undefined) await sleep(route.delayMs);
  const origin = `http://${request.headers.host ?? "localhost"}`;
  const fill = (text: string) => text.replaceAll("{origin}", origin);
  const raw = route.base64 === undefined ? Buffer.from(fill(route.body ?? "").repeat(route.repeat ?? 1)) : Buffer.from(route.base64, "base64");
  const body = route.gzip === true || route.gzipFile === true ? gzipSync(raw) : raw;
  response.statusCode = route.status ?? (route.redirect === undefined ? 200 : 302);
  response.setHeader("content-type", typeOf(request.url ?? "/"));
  if (route.redirect !== undefined) response.setHeader("location", fill(route.redirect));
  if (route.gzip === true) response.setHeader("content-encoding", "gzip");
  for (const [name, value] of Object.entries(route.headers ?? {})) response.setHeader(name, typeof value === "string" ? fill(value) : value.map(fill));
  if (route.fault === undefined) return void response.end(body);
  response.write(body.length > 0 ? body : "<!doctype html>");
  if (route.fault === "cut-in-body") setTimeout(() => response.destroy(), 20);
  if (route.fault === "endless-body") pour(response);
}

/** Writes for as long as the other side reads. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, "<p>again</p>");
  const write = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", write);
  write();
}

const types: Readonly<Record<string, string>> = {
  ".txt": "text/plain; charset=utf-8",
  ".xml": "application/xml",
  ".gz": "application/gzip",
  ".png": "image/png",
  ".css": "text/css",
  ".js": "text/javascript",
};

function typeOf(path: string): string {
  return types[extname(path.split("?")[0] ?? "")] ?? "text/html; charset=utf-8";
}

/** Notes a request down, in the order of arrival, and waits for its body. */
export async function received(request: IncomingMessage, requests: SiteRequest[]): Promise<void> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const record = { method: request.method ?? "GET", host: request.headers.host ?? "", path: request.url ?? "/", headers, at: Date.now(), body: "" };
  requests.push(record);
  record.body = await text(request);
}

/** Listens on a free port of 127.0.0.1 and answers with it. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A server that listens on a TCP port has no port.");
  return address.port;
}

/** Ends at once, answers under way included: some of them never end by themselves. */
export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
