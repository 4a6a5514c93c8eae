import type { z } from "zod";
import { type Patience, patiently, usualPatienceMs } from "./patience.ts";

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
  /** As in `ClientOptions`. */
  readonly patienceMs?: number | undefined;
  readonly onWait?: Patience["onWait"];
}

/** Asks one installation; paths are those below `/api/v1`, and what operators use begins with `/admin/`. Rejects with `ApiProblem` for an answer that is not a success, and with what `fetch` throws. */
export interface Connection {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The answer's JSON, checked. */
  get<T extends z.ZodType>(schema: T, path: string, signal?: AbortSignal): Promise<z.infer<T>>;
  /** The answer's bytes as they come. */
  bytes(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void>;
  /** As `get`, for a request that changes something; `body` is sent as JSON. */
  send<T extends z.ZodType>(schema: T, method: Method, path: string, body?: object, headers?: Record<string, string>): Promise<z.infer<T>>;
  /** As `send`, for a POST that makes something: it names itself, so that it makes it once however often it has to be sent. */
  create<T extends z.ZodType>(schema: T, path: string, body?: object): Promise<z.infer<T>>;
  /** For a change whose answer is empty. */
  sendOnly(method: Method, path: string, body?: object, headers?: Record<string, string>): Promise<void>;
}
type Method = "POST" | "PATCH" | "DELETE";

const never = new AbortController().signal;

export function createConnection(options: ConnectionOptions): Connection {
  const { baseUrl, fetch, authorize, headers: always = {}, patienceMs = usualPatienceMs, onWait } = options;
  const base = baseUrl.replace(/\/+$/, "");
  const request = (path: string, init: RequestInit = {}): Promise<Response> => {
    const sendWith = (authorization?: string): Promise<Response> => {
      const headers = new Headers(init.headers);
      for (const [name, value] of Object.entries(always)) headers.set(name, value);
      if (authorization !== undefined) headers.set("Authorization", authorization);
      return fetch(`${base}${versioned(path)}`, { ...init, headers });
    };
    const repeatable = { method: init.method ?? "GET", isNamed: new Headers(init.headers).has("Idempotency-Key"), signal: init.signal ?? never };
    return patiently(repeatable, { patienceMs, onWait }, () => (authorize === undefined ? sendWith() : authorize(sendWith)));
  };
  const change = (method: Method, path: string, body: object | undefined, headers: Record<string, string> = {}): Promise<Response> =>
    request(
      path,
      body === undefined ? { method, headers } : { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } },
    );
  const send: Connection["send"] = async (schema, method, path, body, headers) => schema.parse(await (await change(method, path, body, headers)).json());
  return {
    request,
    get: async (schema, path, signal) => schema.parse(await (await request(path, signalled(signal))).json()),
    bytes: async function* (path, signal) {
      const { body } = await request(path, signalled(signal));
      if (body !== null) yield* chunksOf(body);
    },
    send,
    create: (schema, path, body) => send(schema, "POST", path, body, { "Idempotency-Key": crypto.randomUUID() }),
    sendOnly: async (method, path, body, headers) => {
      const response = await change(method, path, body, headers);
      await response.body?.cancel();
    },
  };
}

const signalled = (signal: AbortSignal | undefined): RequestInit => (signal === undefined ? {} : { signal });

/** A body piece by piece; what its reader does not want any more is not waited for. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may have failed already, which was told
  }
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

/** What an edit or a deletion may say beside what it changes. */
export interface EditOptions {
  /** The `version` that was read. When somebody else edited it since, nothing is done, and the code is `precondition_failed`. */
  readonly ifVersion?: number | undefined;
}

/** The header that names the version to edit or delete, if one was given. */
export function ifMatch({ ifVersion }: EditOptions = {}): Record<string, string> {
  return ifVersion === undefined ? {} : { "If-Match": `"${ifVersion}"` };
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
