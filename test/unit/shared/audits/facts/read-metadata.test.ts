import { describe, expect, it } from "vitest";
import { read } from "./reading.ts";

describe("the document", () => {
  it.each([
    { outcome: "sees a doctype", html: "<!doctype html><p>x", hasDoctype: true },
    {
      outcome: "sees an old doctype behind comments and blanks",
      html: `<!-- a -->\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">`,
      hasDoctype: true,
    },
    { outcome: "misses none where there is none", html: "<html><p>x", hasDoctype: false },
    { outcome: "ignores a doctype after a tag, as browsers do", html: "<html><!doctype html>", hasDoctype: false },
    { outcome: "ignores a doctype after text", html: "x<!doctype html>", hasDoctype: false },
  ])("$outcome", ({ html, hasDoctype }) => {
    expect(read(html).hasDoctype).toBe(hasDoctype);
  });

  it.each([
    { outcome: "reads lang", html: `<html lang=" pt-BR ">`, lang: "pt-BR" },
    { outcome: "tells an empty lang from none", html: `<html lang="">`, lang: "" },
    { outcome: "has no lang", html: "<html><body lang=en>", lang: null },
    { outcome: "keeps the first of two", html: "<html lang=en><html lang=de>", lang: "en" },
    { outcome: "takes what a second html tag adds", html: "<html><html lang=de>", lang: "de" },
    { outcome: "passes over xml:lang, as browsers do", html: "<html xml:lang=de>", lang: null },
  ])("$outcome", ({ html, lang }) => {
    expect(read(html).lang).toBe(lang);
  });

  it.each([
    { outcome: "is xml:lang", html: `<html xml:lang="de">`, lang: "de" },
    { outcome: "is xml:lang where both are given", html: `<html lang="en" xml:lang="de">`, lang: "de" },
    { outcome: "is lang where that is alone", html: `<html lang="en">`, lang: "en" },
  ])("of XHTML $outcome", ({ html, lang }) => {
    expect(read(html, { headers: { "content-type": "application/xhtml+xml" } }).lang).toBe(lang);
  });

  it.each([
    { outcome: "names no encoding", html: "<p>x", headers: {}, charset: { header: null, meta: null, bom: false } },
    { outcome: "sees a byte order mark", html: "\ufeff<p>x", headers: {}, charset: { header: null, meta: null, bom: true } },
    { outcome: "reads the header", html: "", headers: { "content-type": 'text/html; Charset="UTF-8"' }, charset: { header: "utf-8", meta: null, bom: false } },
    { outcome: "reads the short meta", html: "<meta charset=UTF-8><meta charset=latin1>", headers: {}, charset: { header: null, meta: "utf-8", bom: false } },
    {
      outcome: "reads the long meta",
      html: `<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">`,
      headers: {},
      charset: { header: null, meta: "iso-8859-2", bom: false },
    },
    {
      outcome: "ignores an empty meta",
      html: `<meta charset=""><meta name=x content="charset=y">`,
      headers: {},
      charset: { header: null, meta: null, bom: false },
    },
  ])("$outcome", ({ html, headers, charset }) => {
    expect(read(html, { headers }).charset).toEqual(charset);
  });
});

describe("titles", () => {
  it.each([
    { outcome: "folds white space and resolves references", html: "<title>\n A &amp; B\t C&nbsp; </title>", titles: ["A & B C"] },
    { outcome: "lists all, in order, wherever they stand", html: "<title>A</title><body><title>B</title>", titles: ["A", "B"] },
    { outcome: "keeps an empty one", html: "<title> </title>", titles: [""] },
    { outcome: "leaves tags in a title as text", html: "<title>a <b>c</b></title>", titles: ["a <b>c</b>"] },
    { outcome: "ignores titles of drawings", html: "<svg><title>No</title><g><title>No</title></g></svg><title>Yes</title>", titles: ["Yes"] },
    { outcome: "ignores an empty title of a drawing", html: "<svg><title/></svg><title>Yes</title>", titles: ["Yes"] },
    { outcome: "is not caught in a drawing that nobody closed", html: "<div><svg><path></div><title>Yes</title>", titles: ["Yes"] },
    { outcome: "knows a title of HTML inside a drawing", html: "<svg><foreignObject><title>Yes</title></foreignObject></svg>", titles: ["Yes"] },
    { outcome: "takes an unfinished one to the end, as browsers do", html: "<title>Open <p>text", titles: ["Open <p>text"] },
    { outcome: "ignores templates and noscript", html: "<template><title>a</title></template><noscript><title>b</title></noscript>", titles: [] },
    { outcome: "ignores comments", html: "<!-- <title>a</title> -->", titles: [] },
  ])("$outcome", ({ html, titles }) => {
    expect(read(html).titles).toEqual(titles);
  });

  it("keeps 500 characters and never half a character", () => {
    expect(read(`<title>${"x".repeat(499)}😀</title>`).titles).toEqual(["x".repeat(499)]);
  });

  it("treats an empty element of XHTML as complete, and of HTML as open", () => {
    const html = "<title/><p>text";
    expect(read(html, { headers: { "content-type": "application/xhtml+xml" } })).toMatchObject({ titles: [""], wordCount: 1 });
    expect(read(html)).toMatchObject({ titles: ["<p>text"], wordCount: 0 });
  });
});

describe("named metas", () => {
  it("lists descriptions and keeps the first viewport", () => {
    const html = `<META NAME=Description CONTENT=" a\n b "><meta name=description><meta name=viewport content="width=1"><meta name=viewport content=x>`;
    expect(read(html)).toMatchObject({ descriptions: ["a b", ""], viewport: "width=1" });
  });

  it("has neither without metas of that name", () => {
    expect(read(`<meta property=description content=x><meta name=x content=viewport>`)).toMatchObject({ descriptions: [], viewport: null });
  });

  it("keeps the first of each og: and twitter: meta, by property or by name", () => {
    const html = `<meta property="og:title" content="A"><meta property="OG:title" content="B"><meta name="twitter:card" content="summary"><meta name="theme" content="x">`;
    expect(read(html).social).toEqual({ "og:title": "A", "twitter:card": "summary" });
  });

  it("takes the first of two attributes with one name", () => {
    expect(read(`<meta name=description content=a content=b name=viewport>`)).toMatchObject({ descriptions: ["a"], viewport: null });
  });
});

describe("meta refresh", () => {
  it.each([
    {
      outcome: "resolves its address",
      html: `<meta http-equiv=Refresh content="3; url='/a?b#c'">`,
      metaRefresh: { seconds: 3, url: "https://shop.example/a?b" },
    },
    { outcome: "reloads itself", html: "<meta http-equiv=refresh content=300>", metaRefresh: { seconds: 300, url: null } },
    {
      outcome: "keeps what is no address as written",
      html: `<meta http-equiv=refresh content="0;javascript:x()">`,
      metaRefresh: { seconds: 0, url: "javascript:x()" },
    },
    {
      outcome: "takes the first that refreshes",
      html: "<meta http-equiv=refresh content=x><meta http-equiv=refresh content=1>",
      metaRefresh: { seconds: 1, url: null },
    },
    { outcome: "ignores noscript, which scripts switch off", html: `<noscript><meta http-equiv=refresh content="0;url=/no-js"></noscript>`, metaRefresh: null },
    { outcome: "is not a meta of another name", html: "<meta name=refresh content=1>", metaRefresh: null },
  ])("$outcome", ({ html, metaRefresh }) => {
    expect(read(html).metaRefresh).toEqual(metaRefresh);
  });
});

describe("a content security policy", () => {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'self'">`;

  it.each([
    { outcome: "is found in the head", html: `<head>${policy}</head>`, hasPolicyMeta: true },
    { outcome: "does not count in the body, as for browsers", html: `<body>${policy}`, hasPolicyMeta: false },
    { outcome: "is none when it is empty", html: `<meta http-equiv="Content-Security-Policy" content=" ">`, hasPolicyMeta: false },
    {
      outcome: "is none when it only reports",
      html: `<meta http-equiv="Content-Security-Policy-Report-Only" content="default-src 'self'">`,
      hasPolicyMeta: false,
    },
  ])("$outcome", ({ html, hasPolicyMeta }) => {
    expect(read(html).hasPolicyMeta).toBe(hasPolicyMeta);
  });
});

describe("canonicals", () => {
  const link = `<link rel="Canonical" href="https://shop.example/a">`;
  const found = { href: "https://shop.example/a", url: "https://shop.example/a", source: "html", isRelative: false };

  it.each([
    { outcome: "are read in the head", html: `<html><head>${link}</head>`, canonicals: [found] },
    { outcome: "are read without a head tag", html: link, canonicals: [found] },
    { outcome: "are read between head and body", html: `<head></head>${link}<body>`, canonicals: [found] },
    {
      outcome: "are read after scripts, styles, metas and noscript",
      html: `<script>1</script><style>x</style><meta name=x><noscript><img></noscript>${link}`,
      canonicals: [found],
    },
    { outcome: "are ignored in the body", html: `<body>${link}`, canonicals: [] },
    { outcome: "are ignored after a div ended the head", html: `<head><div></div>${link}</head>`, canonicals: [] },
    { outcome: "are ignored after text ended the head", html: `<head>oops ${link}</head>`, canonicals: [] },
    { outcome: "are ignored after an image ended the head", html: `<head><img src=x>${link}</head>`, canonicals: [] },
    { outcome: "are ignored after a stray end of the body", html: `</body>${link}`, canonicals: [] },
    { outcome: "are ignored after a second byte order mark, which is text", html: `\ufeff\ufeff<head>${link}</head>`, canonicals: [] },
    { outcome: "need an href", html: "<link rel=canonical>", canonicals: [] },
    { outcome: "need the right rel", html: "<link rel=canonically href=/a>", canonicals: [] },
    { outcome: "may be empty", html: `<link rel=canonical href=" ">`, canonicals: [{ href: "", url: null, source: "html", isRelative: false }] },
    {
      outcome: "may be relative",
      html: "<link rel=canonical href=../b>",
      canonicals: [{ href: "../b", url: "https://shop.example/b", source: "html", isRelative: true }],
    },
    {
      outcome: "without a scheme are relative",
      html: "<link rel=canonical href=//shop.example/b>",
      canonicals: [{ href: "//shop.example/b", url: "https://shop.example/b", source: "html", isRelative: true }],
    },
    {
      outcome: "may be no address",
      html: "<link rel=canonical href=https://>",
      canonicals: [{ href: "https://", url: null, source: "html", isRelative: false }],
    },
    {
      outcome: "follow a base that comes later",
      html: `<link rel=canonical href=b><base href="/x/">`,
      canonicals: [{ href: "b", url: "https://shop.example/x/b", source: "html", isRelative: true }],
    },
    {
      outcome: "follow the first base with an href",
      html: `<base target=x><base href=/x/><base href=/y/><link rel=canonical href=b>`,
      canonicals: [{ href: "b", url: "https://shop.example/x/b", source: "html", isRelative: true }],
    },
    {
      outcome: "ignore a base that cannot be one",
      html: `<base href="data:,x"><link rel=canonical href=b>`,
      canonicals: [{ href: "b", url: "https://shop.example/en/b", source: "html", isRelative: true }],
    },
  ])("$outcome", ({ html, canonicals }) => {
    expect(read(html).canonicals).toEqual(canonicals);
  });

  it("come from the Link header too, resolved against the page and not its base", () => {
    const headers = { link: `<c,d>; rel="canonical"` };
    expect(read(`${link}<base href=/x/>`, { headers }).canonicals).toEqual([
      found,
      { href: "c,d", url: "https://shop.example/en/c,d", source: "header", isRelative: true },
    ]);
  });
});

describe("hreflang", () => {
  it("is read in the head and in the header", () => {
    const html = `<link rel="alternate" hreflang=" de-CH " href="/de"><link rel=alternate href=/feed><link rel=next hreflang=en href=/2>`;
    const headers = { link: `<https://shop.example/fr>; rel=alternate; hreflang=fr, <https://shop.example/rss>; rel=alternate` };
    expect(read(html, { headers }).hreflangs).toEqual([
      { code: "de-CH", href: "/de", url: "https://shop.example/de", source: "html", isRelative: true },
      { code: "fr", href: "https://shop.example/fr", url: "https://shop.example/fr", source: "header", isRelative: false },
    ]);
  });

  it("is ignored in the body", () => {
    expect(read("<p><link rel=alternate hreflang=de href=/de>").hreflangs).toEqual([]);
  });

  it("is cut at 500", () => {
    expect(read("<link rel=alternate hreflang=de href=/de>".repeat(501)).hreflangs).toHaveLength(500);
  });
});

describe("robots", () => {
  it("reads metas of crawlers anywhere on the page, and the header", () => {
    const html = `<meta name="ROBOTS" content="NoIndex, Follow"><meta name=googlebot content=none><meta name=author content=noindex><body><meta name=robots content=nofollow>`;
    expect(read(html, { headers: { "x-robots-tag": "bingbot: noarchive" } }).robots).toEqual([
      { source: "meta", agent: "robots", directives: ["noindex", "follow"] },
      { source: "meta", agent: "googlebot", directives: ["none"] },
      { source: "meta", agent: "robots", directives: ["nofollow"] },
      { source: "header", agent: "bingbot", directives: ["noarchive"] },
    ]);
  });

  it("has none on a page that says nothing to crawlers", () => {
    expect(read("<meta name=viewport content=noindex><p>noindex").robots).toEqual([]);
  });
});
