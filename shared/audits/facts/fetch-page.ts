import { AppError, discard, EgressError, type EgressResponse, type ErrorCode } from "../../platform/index.ts";
import { createHtmlDecoder } from "./charset.ts";
import type { Normalise } from "./html/address-resolver.ts";
import { cut } from "./html/folded-text.ts";
import { type FetchFacts, type Hop, type HtmlFacts, keptHeaders, limits, type PageFacts } from "./page-facts.ts";
import { createHtmlReader } from "./read-html.ts";

/** How the request for one page is bounded: browsers and search engines wait longer, but few visitors do. */
export const pageFetchLimits = { timeoutMs: 15_000, maxBytes: 5 * 1024 * 1024, maxRedirects: 5 } as const;

interface PageTask {
  /** Normalised. */
  readonly url: string;
  readonly isStart: boolean;
}

interface FetchPageDeps {
  /**
   * Asks for an address under `pageFetchLimits`, and calls `onStart` when its turn has come; throws an `EgressError`, and so does the body
   * it gives.
   */
  readonly get: (url: string, onStart: () => void) => Promise<EgressResponse>;
  /** Whether a normalised address belongs to the audited site. */
  readonly isInternal: (url: string) => boolean;
  readonly normalise: Normalise;
  readonly now: () => number;
}

type FailureCode = NonNullable<FetchFacts["error"]>["code"];

const failures: Partial<Record<ErrorCode, FailureCode>> = {
  egress_refused: "refused",
  host_unreachable: "unreachable",
  upstream_timeout: "timeout",
  upstream_too_large: "too-large",
  too_many_redirects: "too-many-redirects",
  upstream_malformed: "malformed",
};

/** Asks for one page and reads what comes. Failures of the other side are facts; anything else that is thrown is ours and passes through. */
export async function fetchPage({ url, isStart }: PageTask, deps: FetchPageDeps): Promise<PageFacts> {
  // Waiting for a connection is our time, not the page's.
  let startedAt = deps.now();
  const onStart = (): void => {
    startedAt = deps.now();
  };
  const response = await deps.get(url, onStart).catch((error: unknown) => failureOf(error));
  const { fetch, html } = "code" in response ? failed(url, response) : await answered(url, response, deps);
  return { url, isStart, fetch: { ...fetch, totalMs: deps.now() - startedAt }, html };
}

interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly hops: readonly Hop[];
}

type Reading = Pick<PageFacts, "fetch" | "html">;

function failureOf(error: unknown): Failure {
  const code = error instanceof AppError ? failures[error.code] : undefined;
  if (!(error instanceof AppError) || code === undefined) throw error;
  const hops = error instanceof EgressError ? [...error.hops] : [];
  const isCircle = code === "too-many-redirects" && hops.some((hop) => hop.url === hops.at(-1)?.location);
  return { code: isCircle ? "redirect-loop" : code, message: error.message, hops };
}

/** Nothing answered at the end of the way, which may have begun with redirects. */
function failed(url: string, { code, message, hops }: Failure): Reading {
  const wasAsked = code !== "refused" && code !== "too-many-redirects" && code !== "redirect-loop";
  const fetch: FetchFacts = {
    outcome: hops.length === 0 ? "failed" : "redirect",
    status: hops[0]?.status ?? null,
    hops,
    finalUrl: hops.at(-1)?.location ?? url,
    finalStatus: null,
    error: { code, message },
    requests: hops.length + (wasAsked ? 1 : 0),
    ttfbMs: 0,
    totalMs: 0,
    bytes: 0,
    contentType: "",
    headers: locationOf(hops),
  };
  return { fetch, html: null };
}

async function answered(url: string, response: EgressResponse, deps: FetchPageDeps): Promise<Reading> {
  const hops = [...response.hops];
  const isRedirect = hops[0] !== undefined && hops[0].location !== null;
  const own: FetchFacts = {
    outcome: isRedirect ? "redirect" : "other",
    status: hops[0]?.status ?? response.status,
    hops,
    finalUrl: isRedirect ? response.url : url,
    finalStatus: response.status,
    error: null,
    requests: response.requests,
    ttfbMs: response.ttfbMs,
    totalMs: 0,
    bytes: 0,
    contentType: isRedirect ? "" : mediaType(response.headers),
    headers: isRedirect ? locationOf(hops) : keep(response.headers),
  };
  if (isRedirect || !mayBeHtml(response)) {
    discard(response);
    return { fetch: own, html: null };
  }
  const { html, bytes, failure } = await readBody(url, response, deps);
  if (failure !== null) return { fetch: { ...own, outcome: "failed", bytes, error: { code: failure.code, message: failure.message } }, html: null };
  return { fetch: { ...own, outcome: html === null ? "other" : "html", bytes }, html };
}

interface Body {
  readonly html: HtmlFacts | null;
  readonly bytes: number;
  readonly failure: Failure | null;
}

async function readBody(url: string, { headers, body }: EgressResponse, { isInternal, normalise }: FetchPageDeps): Promise<Body> {
  const decoder = createHtmlDecoder(headers.get("content-type") ?? "");
  const reader = createHtmlReader({ url, headers, isInternal, normalise });
  let isHtml = hasMediaType(headers);
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength;
      const text = decoder.write(chunk);
      if (text === "") continue;
      isHtml ||= looksLikeHtml(text);
      if (!isHtml) return { html: null, bytes, failure: null };
      reader.write(text);
    }
  } catch (error) {
    return { html: null, bytes, failure: failureOf(error) };
  }
  const text = decoder.end();
  if (!isHtml && !looksLikeHtml(text)) return { html: null, bytes, failure: null };
  reader.write(text);
  return { html: reader.end(), bytes, failure: null };
}

/** A success with an HTML body, or with a body whose type nobody named. */
function mayBeHtml({ status, headers }: EgressResponse): boolean {
  if (status < 200 || status > 299 || status === 204 || status === 205) return false;
  const type = mediaType(headers);
  return type === "text/html" || type === "application/xhtml+xml" || !hasMediaType(headers);
}

function mediaType(headers: Headers): string {
  const [type = ""] = (headers.get("content-type") ?? "").split(/[;,]/, 1);
  return cut(type.trim().toLowerCase(), limits.textCharacters);
}

/** What has no slash is not a media type, and browsers then look at the body. */
function hasMediaType(headers: Headers): boolean {
  return mediaType(headers).includes("/");
}

/** The patterns by which browsers know HTML without being told (MIME Sniffing Standard, 7.1). */
function looksLikeHtml(text: string): boolean {
  return /^\ufeff?[\t\n\f\r ]*<(?:!--|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >])/i.test(text);
}

function keep(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = headers.get(name);
    if (value !== null) kept[name] = cut(value, limits.urlCharacters);
  }
  return kept;
}

/** Of a redirect only its target is known: the other headers at hand belong to the address it led to. */
function locationOf(hops: readonly Hop[]): Record<string, string> {
  const location = hops[0]?.location ?? null;
  return location === null ? {} : { location: cut(location, limits.urlCharacters) };
}
