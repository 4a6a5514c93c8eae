import { describe, expect, it } from "vitest";
import { isAllowed, maxRobotsBytes, parseRobots, robotsProblems, robotsSitemaps } from "../../../../../shared/audits/robots/index.ts";

const isOpen = (body: string, path: string): boolean => isAllowed(parseRobots(body), ["Foobot"], `https://example.com${path}`);
const closes = (body: string, path = "/a"): boolean => !isOpen(body, path);

describe("a line", () => {
  it.each([
    ["user-agent: foobot\ndisallow: /a"],
    ["USER-AGENT: FOOBOT\nDISALLOW: /a"],
    ["uSeR-aGeNt:foobot\ndIsAlLoW:/a"],
    ["  user-agent  :  foobot  \n\t disallow\t:\t/a\t"],
    ["user-agent foobot\ndisallow /a"],
    ["user-agent \t foobot\ndisallow\t/a # why not"],
    ["useragent: foobot\ndissallow: /a"],
    ["user agent: foobot\ndissalow: /a"],
    ["user-agents: foobot\ndisalow: /a"],
    ["user-agent: foobot\ndiasllow: /a"],
    ["user-agent: foobot\ndisallaw: /a"],
    ["user-agent: foobot\ndisallowed: /a"],
    ["user-agent: foobot\r\ndisallow: /a\r\n"],
    ["user-agent: foobot\rdisallow: /a\r"],
    ["user-agent: foobot\n\r\ndisallow: /a"],
    ["\uFEFFuser-agent: foobot\ndisallow: /a"],
    ["\uFFFDuser-agent: foobot\ndisallow: /a"],
    ["# hello\nuser-agent: foobot#x\ndisallow: /a#b"],
    ["user-agent: foobot\ndisallow: /a\0b"],
    ["<html>\nuser-agent: foobot\nfoo bar baz\ndisallow: /a"],
  ])("%j closes /a", (body) => {
    expect(closes(body)).toBe(true);
    expect(closes(body, "/b")).toBe(false);
  });

  it.each([
    ["user-agent: foobot\n# disallow: /a"],
    ["user-agent: foobot\ndisallow /a /b"],
    ["user-agent: foobot\n: /a"],
    ["user-agent: foobot\ndisallow"],
    ["user-agent: foobot\ndeny: /a"],
    ["user-agent: foobot\nno-disallow: /a"],
    ["user-agent: foobot\n\uFEFFdisallow: /a"],
    ["user-agent: foobot\n\u00a0disallow: /a"],
    ["user-agent: foobot\ndisallow: \u00a0/a"],
    ["\uFEFF\uFEFFuser-agent: foobot\ndisallow: /a"],
    ["user_agent: foobot\ndisallow: /a"],
    ["foo: foobot\nbar: /a"],
    ["user-agent foobot images\ndisallow: /a"],
    [""],
  ])("%j closes nothing", (body) => {
    expect(closes(body)).toBe(false);
  });
});

describe("what is too long", () => {
  const lineBytes = 16_663; // of a line, line end apart
  const rule = "disallow: /";

  it("is cut at the end of Google's line buffer", () => {
    const kept = "a".repeat(lineBytes - rule.length);
    expect(closes(`user-agent: *\n${rule}${kept}bbb`, `/${kept}`)).toBe(true);
    expect(closes(`user-agent: *\n${rule}${kept}`, `/${kept.slice(1)}`)).toBe(false);
  });

  it("is measured in bytes, not characters", () => {
    const letters = "é".repeat(9_000); // 18,000 bytes
    const kept = "%C3%A9".repeat(Math.floor((lineBytes - rule.length) / 2));
    expect(closes(`user-agent: *\n${rule}${letters}`, `/${kept}`)).toBe(true);
  });

  it("does not hide the lines after it", () => {
    expect(closes(`user-agent: *\nallow: /${"b".repeat(50_000)}\ndisallow: /a`)).toBe(true);
  });

  it.each([
    { text: "ASCII", filler: "#" },
    { text: "three-byte characters", filler: "ツ" },
  ])("is ignored after 500 KiB of $text", ({ filler }) => {
    const width = new TextEncoder().encode(filler).length;
    const head = "user-agent: *\n#";
    const tail = "\ndisallow: /a";
    const room = maxRobotsBytes - head.length - tail.length;
    const padding = filler.repeat(Math.floor(room / width)) + "#".repeat(room % width);
    expect(closes(`${head}${padding}${tail}`)).toBe(true);
    expect(closes(`${head}${padding}${filler.repeat(20)}${tail}`)).toBe(false);
  });
});

describe("a problem", () => {
  it.each([
    { line: "Foo: bar", kind: "unknown-directive" },
    { line: "<!doctype html>", kind: "unknown-directive" },
    { line: "Nonsense", kind: "not-understood" },
    { line: "three words here", kind: "not-understood" },
    { line: ": /a", kind: "not-understood" },
    { line: "Disallow /a", kind: "missing-colon" },
    { line: "User-agent Foobot", kind: "missing-colon" },
    { line: "Dissallow: /a", kind: "misspelled-directive" },
    { line: "Site-map: https://example.com/s.xml", kind: "misspelled-directive" },
    { line: "Useragent: Foobot", kind: "misspelled-directive" },
    { line: "User-agent:", kind: "empty-agent" },
    { line: "Disallow: a", kind: "bad-path" },
    { line: "Allow: https://example.com/a", kind: "bad-path" },
    { line: "Disallow: /a$b", kind: "dollar-inside-path" },
    { line: "Crawl-delay: soon", kind: "bad-crawl-delay" },
    { line: "Sitemap: /sitemap.xml", kind: "bad-sitemap-url" },
    { line: "Sitemap: sitemap.xml", kind: "bad-sitemap-url" },
    { line: "Sitemap:", kind: "bad-sitemap-url" },
    { line: "Sitemap: ftp://example.com/s.xml", kind: "bad-sitemap-url" },
    { line: "Sitemap: https://", kind: "bad-sitemap-url" },
  ])("«$line» is $kind", ({ line, kind }) => {
    expect(robotsProblems(parseRobots(`User-agent: *\n  ${line}  \nDisallow: /x`))).toEqual([{ line: 2, text: line, kind }]);
  });

  it.each(["Disallow: /", "Allow: /", "Crawl-delay: 1"])("«%s» above the first User-agent line is rule-before-agent", (line) => {
    expect(robotsProblems(parseRobots(`\n${line}\nUser-agent: *`))).toEqual([{ line: 2, text: line, kind: "rule-before-agent" }]);
  });

  it.each([
    "# comment",
    "",
    "Disallow:",
    "Allow: *.css$",
    "Crawl-delay: 1.5",
    "Sitemap: https://example.com/sitemap.xml",
    "Sitemap: HTTP://example.com/sitemap.xml?a=b",
    "Host: example.com",
    "Clean-param: ref /a",
    "Content-Signal: search=yes, ai-train=no",
    "Content-Usage: train-ai=n",
    "Request-rate: 1/5",
    "Visit-time: 0600-0845",
    "Noindex: /a",
  ])("is none: «%s»", (line) => {
    expect(robotsProblems(parseRobots(`User-agent: *\n${line}`))).toEqual([]);
  });

  it.each([
    { name: "LF", end: "\n" },
    { name: "CRLF", end: "\r\n" },
    { name: "CR", end: "\r" },
  ])("names its line in a file with $name", ({ end }) => {
    expect(robotsProblems(parseRobots(["User-agent: *", "", "# x", "Foo: bar"].join(end)))).toMatchObject([{ line: 4 }]);
  });

  it("shows at most 200 characters of its line", () => {
    const [tooLong, unknown] = robotsProblems(parseRobots(`Foo: ${"🌿".repeat(9_000)}`));
    expect([tooLong?.kind, unknown?.kind]).toEqual(["line-too-long", "unknown-directive"]);
    expect(unknown?.text.length).toBe(200);
    expect(unknown?.text.isWellFormed()).toBe(true);
  });

  it("is reported for at most 500 lines, as a web page in place of robots.txt has one on each", () => {
    expect(robotsProblems(parseRobots("<p>\n".repeat(10_000)))).toHaveLength(500);
  });
});

describe("a Sitemap line", () => {
  it("may stand anywhere, and is listed once", () => {
    const robots = parseRobots(
      ["Sitemap: https://example.com/a.xml", "User-agent: *", "site-map https://example.com/b.xml", "Disallow: /", "SITEMAP: https://example.com/a.xml"].join(
        "\n",
      ),
    );
    expect(robotsSitemaps(robots, "https://example.com/robots.txt")).toEqual(["https://example.com/a.xml", "https://example.com/b.xml"]);
  });

  it.each([
    { value: "/s.xml", urls: ["https://example.com/s.xml"] },
    { value: "s.xml # main", urls: ["https://example.com/s.xml"] },
    { value: "//cdn.example/s.xml", urls: ["https://cdn.example/s.xml"] },
    { value: "http://other.example/s.xml?a=é", urls: ["http://other.example/s.xml?a=%C3%A9"] },
    { value: "", urls: [] },
    { value: "ftp://example.com/s.xml", urls: [] },
    { value: "javascript:alert(1)", urls: [] },
    { value: "https://", urls: [] },
  ])("«$value» leads to $urls", ({ value, urls }) => {
    expect(robotsSitemaps(parseRobots(`Sitemap: ${value}`), "https://example.com/robots.txt")).toEqual(urls);
  });
});
