import { describe, expect, it } from "vitest";
import { fetchPage, pageFetchLimits } from "../../../../../shared/audits/facts/fetch-page.ts";
import type { PageFacts } from "../../../../../shared/audits/facts/page-facts.ts";
import { AppError, egressFetch } from "../../../../../shared/platform/index.ts";
import { isInternal, normalise } from "./reading.ts";

const start = "https://shop.example/a";
const html = { "content-type": "text/html; charset=utf-8" };

type Answers = Readonly<Record<string, () => Response | Promise<Response>>>;

/** A page fetched through the real egress from a network that knows only `answers`; every look at the clock takes 5 ms. */
async function fetched(answers: Answers, limits: Partial<typeof pageFetchLimits> | { maxBytes?: number; timeoutMs?: number } = {}): Promise<PageFacts> {
  let clock = 1_000;
  const now = (): number => (clock += 5);
  const fetch = async ({ url }: Request): Promise<Response> => {
    const answer = answers[url];
    if (answer === undefined) throw new TypeError("no such host");
    return answer();
  };
  const deps = { policy: { allow: [], allowLoopback: false }, now, fetch };
  return fetchPage({ url: start, isStart: true }, { get: (url) => egressFetch(url, { ...pageFetchLimits, ...limits }, deps), isInternal, normalise, now });
}

const answer =
  (body: BodyInit | null, headers: HeadersInit = html, status = 200) =>
  (): Response =>
    new Response(body, { status, headers });
const redirect =
  (location: string, status = 301) =>
  (): Response =>
    new Response(null, { status, headers: { location } });

/** A body that says when nobody wants it any more. */
function watchedBody(chunks: readonly string[]) {
  const seen = { cancelled: false, pulled: 0 };
  const rest = [...chunks];
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const chunk = rest.shift();
        if (chunk === undefined) return controller.close();
        seen.pulled++;
        controller.enqueue(new TextEncoder().encode(chunk));
      },
      cancel: () => {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

describe("an HTML page", () => {
  it("is read with its headers, times and bytes", async () => {
    const facts = await fetched({
      [start]: answer("<title>é</title><a href=/b>b</a>", { ...html, "X-Robots-Tag": "noindex", "Content-Security-Policy": "x", "Set-Cookie": "secret=1" }),
    });
    expect(facts).toMatchObject({ url: start, isStart: true, html: { titles: ["é"], robots: [{ agent: "robots", directives: ["noindex"] }] } });
    expect(facts.fetch).toMatchObject({ outcome: "html", status: 200, hops: [], finalUrl: start, finalStatus: 200, error: null, requests: 1, bytes: 33 });
    expect(facts.fetch).toMatchObject({ contentType: "text/html", ttfbMs: 5, totalMs: 15 });
    expect(facts.fetch.headers).toEqual({ "content-type": html["content-type"], "x-robots-tag": "noindex", "content-security-policy": "x" });
    expect(facts.html?.links).toMatchObject([{ url: "https://shop.example/b", isInternal: true }]);
  });

  it.each([
    { outcome: "of XHTML is read", type: "application/xhtml+xml", body: "<p>x" },
    { outcome: "with odd spelling is read", type: "Text/HTML ;charset=x", body: "<p>x" },
    { outcome: "without a type is known by its first tag", type: null, body: "\n<!DOCTYPE html><p>x" },
    { outcome: "with a type that is none is known by its first tag", type: "html", body: "<body><p>x" },
    { outcome: "without content is a page too", type: "text/html", body: "" },
  ])("$outcome", async ({ type, body }) => {
    const { fetch, html: found } = await fetched({ [start]: () => typed(body, type) });
    expect(fetch.outcome).toBe("html");
    expect(found?.wordCount).toBe(body === "" ? 0 : 1);
  });

  it("arrives in chunks that cut characters", async () => {
    const bytes = new TextEncoder().encode(`<title>日本</title>${" ".repeat(2_000)}é`);
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let at = 0; at < bytes.length; at += 3) controller.enqueue(bytes.slice(at, at + 3));
        controller.close();
      },
    });
    const { fetch, html: found } = await fetched({ [start]: answer(stream) });
    expect([fetch.bytes, found?.titles, found?.wordCount]).toEqual([bytes.length, ["日本"], 1]);
  });
});

function typed(body: string, type: string | null): Response {
  return new Response(new TextEncoder().encode(body), { headers: type === null ? {} : { "content-type": type } });
}

describe("an answer without a page", () => {
  it.each([
    { outcome: "an error", status: 404, type: "text/html" },
    { outcome: "a server error", status: 500, type: "text/html" },
    { outcome: "a document of another type", status: 200, type: "application/pdf" },
    { outcome: "plain text that looks like HTML", status: 200, type: "text/plain" },
  ])("$outcome is noted and its body let go unread", async ({ status, type }) => {
    const { stream, seen } = watchedBody(["<html><p>x"]);
    const facts = await fetched({ [start]: () => new Response(stream, { status, headers: { "content-type": type, "retry-after": "3" } }) });
    expect(facts).toMatchObject({ html: null, fetch: { outcome: "other", status, finalStatus: status, error: null, bytes: 0, contentType: type } });
    expect(facts.fetch.headers["retry-after"]).toBe("3");
    expect(seen).toEqual({ cancelled: true, pulled: 0 });
  });

  it("of unknown type is let go once its start is no HTML", async () => {
    const { stream, seen } = watchedBody(["%PDF-".padEnd(1_024), "rest", "rest"]);
    const facts = await fetched({ [start]: () => new Response(stream) });
    expect(facts).toMatchObject({ html: null, fetch: { outcome: "other", bytes: 1_024, contentType: "" } });
    expect(seen).toEqual({ cancelled: true, pulled: 1 });
  });

  it("of unknown type may be short", async () => {
    expect((await fetched({ [start]: () => typed("{}", null) })).fetch.outcome).toBe("other");
  });

  it.each([204, 304])("with status %s has no body", async (status) => {
    expect(await fetched({ [start]: answer(null, html, status) })).toMatchObject({ html: null, fetch: { outcome: "other", status } });
  });
});

describe("a redirect", () => {
  it("is noted with its end, whose body is let go unread", async () => {
    const { stream, seen } = watchedBody(["<p>x"]);
    const facts = await fetched({
      [start]: redirect("/b", 302),
      "https://shop.example/b": redirect("https://other.example/c#d"),
      "https://other.example/c": answer(stream),
    });
    expect(facts.html).toBeNull();
    expect(facts.fetch).toMatchObject({
      outcome: "redirect",
      status: 302,
      finalUrl: "https://other.example/c",
      finalStatus: 200,
      error: null,
      requests: 3,
      bytes: 0,
    });
    expect(facts.fetch.hops).toEqual([
      { url: start, status: 302, location: "https://shop.example/b" },
      { url: "https://shop.example/b", status: 301, location: "https://other.example/c" },
    ]);
    expect(facts.fetch).toMatchObject({ contentType: "", headers: { location: "https://shop.example/b" } });
    expect(seen).toEqual({ cancelled: true, pulled: 0 });
  });

  it.each([
    {
      outcome: "to an error",
      answers: { [start]: redirect("/b"), "https://shop.example/b": answer("", html, 410) },
      end: { finalUrl: "https://shop.example/b", finalStatus: 410, error: null },
    },
    {
      outcome: "to nowhere",
      answers: { [start]: redirect("https://gone.example/") },
      end: { finalUrl: "https://gone.example/", finalStatus: null, requests: 2, error: { code: "unreachable" } },
    },
    {
      outcome: "to a private address",
      answers: { [start]: redirect("http://10.0.0.1/") },
      end: { finalUrl: "http://10.0.0.1/", finalStatus: null, requests: 1, error: { code: "refused" } },
    },
    {
      outcome: "to itself",
      answers: { [start]: redirect("/a#again") },
      end: { finalUrl: start, finalStatus: null, requests: 1, error: { code: "redirect-loop" } },
    },
    {
      outcome: "in a circle",
      answers: { [start]: redirect("/b"), "https://shop.example/b": redirect("/c"), "https://shop.example/c": redirect("/b") },
      end: { finalUrl: "https://shop.example/b", finalStatus: null, requests: 3, error: { code: "redirect-loop" } },
    },
    {
      outcome: "without end",
      answers: Object.fromEntries(["a", "a1", "a11", "a111", "a1111", "a11111"].map((path) => [`https://shop.example/${path}`, redirect(`/${path}1`)])),
      end: { finalUrl: "https://shop.example/a111111", finalStatus: null, requests: 6, error: { code: "too-many-redirects" } },
    },
  ])("$outcome keeps its own status and says how it ends", async ({ answers, end }) => {
    const facts = await fetched(answers);
    expect(facts).toMatchObject({ html: null, fetch: { outcome: "redirect", status: 301, ...end } });
  });

  it("without a target is an answer without a page", async () => {
    const facts = await fetched({ [start]: redirect("http://") });
    expect(facts.fetch).toMatchObject({
      outcome: "other",
      status: 301,
      finalUrl: start,
      finalStatus: 301,
      hops: [{ url: start, status: 301, location: null }],
    });
  });
});

describe("a failure", () => {
  it("to reach the host is a fact", async () => {
    const facts = await fetched({});
    expect(facts).toMatchObject({
      html: null,
      fetch: { outcome: "failed", status: null, finalUrl: start, finalStatus: null, error: { code: "unreachable" }, requests: 1, ttfbMs: 0 },
    });
    expect(facts.fetch.error?.message).toContain("shop.example");
  });

  it("by a body that is too large keeps what was learnt before", async () => {
    const { stream, seen } = watchedBody(["<title>x</title>", "y".repeat(50), "z"]);
    const facts = await fetched({ [start]: answer(stream, { ...html, "content-language": "de" }) }, { maxBytes: 60 });
    expect(facts).toMatchObject({
      html: null,
      fetch: { outcome: "failed", status: 200, finalStatus: 200, error: { code: "too-large" }, bytes: 16, contentType: "text/html" },
    });
    expect(facts.fetch.headers["content-language"]).toBe("de");
    expect(seen.cancelled).toBe(true);
  });

  it.each([
    { outcome: "a connection that is lost", error: new Error("reset"), code: "unreachable" },
    { outcome: "a body that does not decompress", error: new TypeError("gzip"), code: "malformed" },
  ])("by $outcome is a fact", async ({ error, code }) => {
    const stream = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(error) });
    expect((await fetched({ [start]: answer(stream) })).fetch).toMatchObject({ outcome: "failed", status: 200, error: { code } });
  });

  it("by a body that never ends is a fact", async () => {
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new TextEncoder().encode("<p>x")) });
    expect((await fetched({ [start]: answer(stream) }, { timeoutMs: 20 })).fetch).toMatchObject({
      outcome: "failed",
      status: 200,
      error: { code: "timeout" },
      bytes: 4,
    });
  });

  it.each([
    { code: "egress_refused", fact: "refused", requests: 0 },
    { code: "upstream_timeout", fact: "timeout", requests: 1 },
    { code: "upstream_malformed", fact: "malformed", requests: 1 },
  ] as const)("$code is $fact", async ({ code, fact, requests }) => {
    const get = () => Promise.reject(new AppError(code, "It failed."));
    const facts = await fetchPage({ url: start, isStart: false }, { get, isInternal, normalise, now: () => 0 });
    expect(facts.fetch).toMatchObject({ outcome: "failed", error: { code: fact, message: "It failed." }, requests });
  });

  it("of our own is thrown, not recorded", async () => {
    const failing = (error: Error) => fetchPage({ url: start, isStart: false }, { get: () => Promise.reject(error), isInternal, normalise, now: () => 0 });
    await expect(failing(new RangeError("ours"))).rejects.toThrow("ours");
    await expect(failing(new AppError("internal", "ours too"))).rejects.toThrow("ours too");
  });
});
