import { describe, expect, it } from "vitest";
import { internalLinks, isIndexable, isNoindex, language, singleCanonical } from "../../../../../shared/audits/facts/derive.ts";
import type { FetchFacts, PageFacts } from "../../../../../shared/audits/facts/page-facts.ts";
import { pageUrl, read } from "./reading.ts";

function page(html: string | null, fetch: Partial<FetchFacts> = {}): PageFacts {
  const outcome = html === null ? "other" : "html";
  const answer = {
    status: 200,
    hops: [],
    finalUrl: pageUrl,
    finalStatus: 200,
    error: null,
    requests: 1,
    ttfbMs: 1,
    totalMs: 2,
    bytes: 3,
    contentType: "text/html",
    headers: {},
  };
  return { url: pageUrl, isStart: false, fetch: { outcome, ...answer, ...fetch }, html: html === null ? null : read(html) };
}

const canonical = (href: string): string => `<link rel=canonical href="${href}">`;

describe("a page is closed to search results", () => {
  it.each([
    { html: "<p>x", noindex: false },
    { html: "<meta name=robots content='index, nofollow'>", noindex: false },
    { html: "<meta name=robots content=noindex>", noindex: true },
    { html: "<meta name=robots content=none>", noindex: true },
    { html: "<meta name=googlebot content=noindex>", noindex: true },
    { html: "<meta name=bingbot content=noindex>", noindex: false },
    { html: "<meta name=robots content=noindexing>", noindex: false },
    { html: "<meta name=robots content=noindex><meta name=googlebot content=index>", noindex: true },
  ])("by $html: $noindex", ({ html, noindex }) => {
    expect(isNoindex(page(html))).toBe(noindex);
  });

  it("to the crawlers that are asked about", () => {
    const closedToBing = page("<meta name=bingbot content=noindex>");
    expect(isNoindex(closedToBing, ["robots", "bingbot"])).toBe(true);
    expect(isNoindex(page("<meta name=robots content=noindex>"), ["bingbot"])).toBe(false);
  });

  it("by a header where there is no HTML", () => {
    expect(isNoindex(page(null, { headers: { "x-robots-tag": "noindex" } }))).toBe(true);
    expect(isNoindex(page(null))).toBe(false);
  });
});

describe("the canonical of a page", () => {
  it.each([
    { outcome: "is absent", html: "<p>x", url: null },
    { outcome: "is absolute", html: canonical("/a"), url: "https://shop.example/a" },
    { outcome: "may be said twice", html: canonical("/a") + canonical("https://shop.example/a#b"), url: "https://shop.example/a" },
    { outcome: "is none when two differ", html: canonical("/a") + canonical("/b"), url: null },
    { outcome: "is what is left beside one that is no address", html: canonical("https://") + canonical("/b"), url: "https://shop.example/b" },
    { outcome: "is none when it is no address", html: canonical("https://"), url: null },
  ])("$outcome", ({ html, url }) => {
    expect(singleCanonical(page(html))).toBe(url);
  });

  it("is absent without HTML", () => {
    expect(singleCanonical(page(null))).toBeNull();
  });
});

describe("a page is indexable", () => {
  it.each([
    { outcome: "without a canonical", facts: page("<p>x"), indexable: true },
    { outcome: "when its canonical is itself", facts: page(canonical(pageUrl)), indexable: true },
    { outcome: "not when its canonical is another page", facts: page(canonical("/other")), indexable: false },
    { outcome: "when its canonicals contradict each other", facts: page(canonical("/a") + canonical("/b")), indexable: true },
    { outcome: "not when it is noindex", facts: page("<meta name=robots content=noindex>"), indexable: false },
    { outcome: "not with another status", facts: page("<p>x", { status: 203 }), indexable: false },
    { outcome: "not without HTML", facts: page(null), indexable: false },
  ])("$outcome", ({ facts, indexable }) => {
    expect(isIndexable(facts)).toBe(indexable);
  });
});

describe("internal links", () => {
  it("are the site's addresses, each once, in order", () => {
    const html = `<a href="/b#1">x</a><a href="https://other.example/">x</a><a href="/a">x</a><a href="/b#2">x</a><a href="mailto:x">x</a><a>x</a>`;
    expect(internalLinks(page(html))).toEqual(["https://shop.example/b", "https://shop.example/a"]);
  });

  it("are none without HTML", () => {
    expect(internalLinks(page(null))).toEqual([]);
  });
});

describe("the language", () => {
  it.each([
    { html: "<html lang=' EN-us '>", code: "en-us" },
    { html: "<html lang=''>", code: null },
    { html: "<html>", code: null },
    { html: null, code: null },
  ])("of $html is $code", ({ html, code }) => {
    expect(language(page(html))).toBe(code);
  });
});
