import type { Clock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { checkUrl, type EgressPolicy } from "./check-url.ts";
import { discard } from "./discard.ts";
import { EgressError, type Hop } from "./egress-error.ts";
import { Exchange } from "./exchange.ts";
import type { EgressBody } from "./limited-body.ts";

export interface EgressOptions {
  /** Default `GET`. */
  readonly method?: string;
  /** Asked before every request, redirects included: give credentials only to the host they belong to. */
  readonly headers?: (url: URL) => HeadersInit;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** For the whole exchange: every redirect, and the body until its last byte. */
  readonly timeoutMs: number;
  /** Longest body, after decompression. */
  readonly maxBytes: number;
  /** Redirects to follow; with 0 the redirect itself is the answer. */
  readonly maxRedirects: number;
  readonly signal?: AbortSignal;
  /** Called once, when the connection is not needed any more: the body was read or given up, or the exchange failed. */
  readonly onEnd?: () => void;
}

export interface EgressDeps {
  readonly policy: EgressPolicy;
  readonly now: Clock;
  readonly fetch?: (request: Request) => Promise<Response>;
}

export interface EgressResponse {
  /** Address of this answer, without a fragment. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** Every answer that pointed elsewhere, in order; the last of them is this answer itself when it was not followed. */
  readonly hops: readonly Hop[];
  /** Milliseconds from the last request to its headers. */
  readonly ttfbMs: number;
  /** Requests sent, redirects included. */
  readonly requests: number;
  /** Null for an answer that has none. */
  readonly body: EgressBody | null;
}

interface Step {
  readonly url: URL;
  readonly method: string;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/**
 * Asks another server, with the policy applied to the address and to every redirect.
 * Throws an `EgressError`: `egress_refused`, `host_unreachable`, `upstream_timeout`, `too_many_redirects`;
 * if `options.signal` fires, its reason. Any status is an answer, not an error.
 */
export async function egressFetch(url: string | URL, options: EgressOptions, deps: EgressDeps): Promise<EgressResponse> {
  const exchange = new Exchange(options);
  try {
    return await follow(exchange, url, options, deps);
  } catch (error) {
    exchange.end();
    if (exchange.signal.aborted) throw exchange.signal.reason;
    if (error instanceof AppError && !(error instanceof EgressError)) throw exchange.error(error.code, error.message, error.cause);
    throw error;
  }
}

async function follow(exchange: Exchange, start: string | URL, options: EgressOptions, { policy, now, fetch = globalThis.fetch }: EgressDeps) {
  let step: Step = { url: admit(start, policy), method: (options.method ?? "GET").toUpperCase(), body: options.body ?? null };
  const asked: Step[] = [];
  for (let requests = 1; ; requests++) {
    asked.push(step);
    const sentAt = now();
    const response = await send(exchange, step, options, fetch);
    const ttfbMs = now() - sentAt;

    const target = targetOf(response, step.url);
    if (target !== undefined) exchange.hops.push({ url: step.url.href, status: response.status, location: target?.href ?? null });
    if (!target || options.maxRedirects === 0) return answer(exchange, step.url, response, { ttfbMs, requests });

    discard(response);
    const next = redirected(step, response.status, target);
    if (asked.some((before) => nameOf(before) === nameOf(next)))
      throw exchange.error("too_many_redirects", `The redirects of ${exchange.host} lead back to ${target.href}.`);
    if (requests > options.maxRedirects) {
      throw exchange.error("too_many_redirects", `${exchange.host} redirected more than ${options.maxRedirects} times.`);
    }
    step = { ...next, url: admit(target, policy) };
  }
}

/** A fragment is never sent; without it two addresses compare as what is asked of the server. */
function admit(address: string | URL, policy: EgressPolicy): URL {
  const url = checkUrl(address, policy);
  if (url.hash !== "") url.hash = "";
  return url;
}

function nameOf({ method, url }: Step): string {
  return `${method} ${url.href}`;
}

/** What Cloudflare answers for a host behind which it finds nothing: no DNS record (error 1016), no tunnel (1033). */
const originNotFound = 530;

async function send(exchange: Exchange, { url, method, body }: Step, options: EgressOptions, fetch: NonNullable<EgressDeps["fetch"]>) {
  exchange.host = url.host;
  // Made outside `try`: a header that cannot be sent is our caller's mistake, not a host that cannot be reached.
  const request = new Request(url, { method, headers: options.headers?.(url) ?? {}, body, redirect: "manual", signal: exchange.signal });
  const response = await fetch(request).catch((cause: unknown) => {
    throw unreachable(exchange, url, cause);
  });
  if (response.status !== originNotFound) return response;
  discard(response);
  throw unreachable(exchange, url);
}

/** Runtimes word their failures differently, and workerd says only "internal error"; to a person they are one. */
function unreachable(exchange: Exchange, { host, protocol }: URL, cause?: unknown): EgressError {
  const how = protocol === "https:" ? " over a valid HTTPS connection" : "";
  return exchange.error("host_unreachable", `The host ${host} could not be found or did not answer${how}.`, cause);
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where an answer points to: undefined when it is no redirect, null when its `Location` is not an address. */
function targetOf(response: Response, base: URL): URL | null | undefined {
  const location = response.headers.get("location");
  if (!redirects.has(response.status) || location === null) return undefined;
  const target = URL.parse(location, base.href);
  if (target !== null) target.hash = "";
  return target;
}

/** The request after a redirect, by the Fetch standard (fetch.spec.whatwg.org/#http-redirect-fetch, steps 12 and 13). */
function redirected(step: Step, status: number, url: URL): Step {
  const turnsToGet = status === 303 ? step.method !== "GET" && step.method !== "HEAD" : status < 303 && step.method === "POST";
  return turnsToGet ? { url, method: "GET", body: null } : { ...step, url };
}

function answer(exchange: Exchange, url: URL, { status, headers, body }: Response, measured: Pick<EgressResponse, "ttfbMs" | "requests">): EgressResponse {
  if (body === null) exchange.end();
  return { url: url.href, status, headers, hops: exchange.hops, ...measured, body: body === null ? null : exchange.limit(body) };
}
