import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { CommandError } from "../errors.ts";

/** In bytes: no event is as large, and a receiver keeps all of it in memory. */
const maxBody = 1_000_000;
/** In bytes, of all headers together. */
const maxHeaders = 16_384;
/** In ms: as long as Mentha waits for an answer, so whoever is slower is somebody else. */
const patienceMs = 15_000;
const maxConnections = 100;

/** A request as it came. Nothing in it is trusted before its signature is. */
export interface Arrival {
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Place {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

export interface Receiver {
  readonly port: number;
  /** Ends it at once, with what is under way. */
  close(): Promise<void>;
}

/** Takes POST requests to any path, within bounds, and answers each with the status that `answer` says. Throws `CommandError` where it cannot listen. */
export async function startReceiver(place: Place, answer: (arrival: Arrival) => Promise<number>): Promise<Receiver> {
  const server = createServer(
    { maxHeaderSize: maxHeaders, headersTimeout: patienceMs, requestTimeout: patienceMs },
    (request, response) => void handle(request, response, answer).catch(() => response.destroy()), // the sender broke off
  );
  server.maxConnections = maxConnections;
  const port = await listening(server, place);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: Place): Promise<number> {
  const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const isTaken = "code" in cause && cause.code === "EADDRINUSE";
      reject(
        new CommandError(isTaken ? `${where} is in use. Choose another port with --port` : `It is not possible to listen at ${where} (${cause.message})`, {
          cause,
        }),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, answer: (arrival: Arrival) => Promise<number>): Promise<void> {
  if (request.method !== "POST") return end(response, 405, { Allow: "POST" });
  const body = await bodyOf(request);
  // What else it sends is not read, so the connection is of no more use.
  if (body === null) return end(response, 413, { Connection: "close" });
  end(response, await answer({ headers: headersOf(request), body }));
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers).end();
}

/** Null when it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  const whole = Promise.withResolvers<Buffer | null>();
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBody) return void chunks.push(chunk);
    request.pause();
    whole.resolve(null);
  });
  request.on("end", () => whole.resolve(Buffer.concat(chunks)));
  request.on("close", () => whole.reject(new Error("The request broke off.")));
  return whole.promise;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}
