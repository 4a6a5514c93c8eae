import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** Answers a request. */
export type Answer = (response: ServerResponse, query: URLSearchParams) => void;

/** A server that answers as a test says, by path, and keeps what it was asked, as `GET /api/v1/audit-log?limit=100`, and with which bodies. */
export async function startScriptedApi(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://scripted");
    asked.push(`${request.method} ${request.url}`);
    const body = await text(request);
    if (body !== "") bodies.push(JSON.parse(body));
    const answer = answers[pathname];
    if (answer === undefined) problem(404, "not_found", "There is nothing here.")(response);
    else answer(response, searchParams);
  };
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    bodies,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
export type ScriptedApi = Awaited<ReturnType<typeof startScriptedApi>>;

export const json = (value: unknown) => (response: ServerResponse) =>
  void response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));

export const problem =
  (status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { "Content-Type": "application/problem+json", ...headers }).end(JSON.stringify({ code, detail }));
