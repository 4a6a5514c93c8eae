import type { z } from "zod";
import { ApiProblem } from "./problem.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Sends one request with what proves who asks, such as an API key. */
export type Authorize = (send: (authorization: string) => Promise<Response>) => Promise<Response>;

interface ConnectionOptions {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Absent for what strangers may ask. */
  readonly authorize?: Authorize;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks one installation; paths are those below `/api/v1`, and what operators use begins with `/admin/`. Rejects with `ApiProblem` for an answer that is not a success, and with what `fetch` throws. */
export interface Connection {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The answer's JSON, checked. */
  get<T extends z.ZodType>(schema: T, path: string, signal?: AbortSignal): Promise<z.infer<T>>;
  /** As `get`, for a request that changes something; `body` is sent as JSON. */
  send<T extends z.ZodType>(schema: T, method: Method, path: string, body?: object): Promise<z.infer<T>>;
  /** For a change whose answer is empty. */
  sendOnly(method: Method, path: string, body?: object): Promise<void>;
}
type Method = "POST" | "PATCH" | "DELETE";

export function createConnection({ baseUrl, fetch, authorize, headers: always = {} }: ConnectionOptions): Connection {
  const base = baseUrl.replace(/\/+$/, "");
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const sendWith = (authorization?: string): Promise<Response> => {
      const headers = new Headers(init.headers);
      for (const [name, value] of Object.entries(always)) headers.set(name, value);
      if (authorization !== undefined) headers.set("Authorization", authorization);
      return fetch(`${base}${versioned(path)}`, { ...init, headers });
    };
    const response = await (authorize === undefined ? sendWith() : authorize(sendWith));
    if (!response.ok) throw await ApiProblem.from(response);
    return response;
  };
  const change = (method: Method, path: string, body: object | undefined): Promise<Response> =>
    request(path, body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  return {
    request,
    get: async (schema, path, signal) => schema.parse(await (await request(path, signal === undefined ? {} : { signal })).json()),
    send: async (schema, method, path, body) => schema.parse(await (await change(method, path, body)).json()),
    sendOnly: async (method, path, body) => {
      const response = await change(method, path, body);
      await response.body?.cancel();
    },
  };
}

/** Operators' routes come with the installation, not with a version of the API. */
const versioned = (path: string): string => (path.startsWith("/admin/") ? `/api${path}` : `/api/v1${path}`);

/** A path with values in it. Throws a `RangeError` for one that would lead to another place, as `..` does. */
export function pathOf(parts: TemplateStringsArray, ...values: readonly string[]): string {
  const wrong = values.find((value) => ["", ".", ".."].includes(value));
  if (wrong !== undefined) throw new RangeError(`"${wrong}" names nothing.`);
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

/** What stands behind the path: the parameters that have a value. */
export function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string | undefined;
}

/** All items of a list, in its order; asked for page by page while they are read. */
export async function* everyItem<T>(page: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T, void> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    cursor = nextCursor;
  } while (cursor !== undefined);
}
