import { describe, expect, it } from "vitest";
import { parseRobots, robotsProblems } from "../../../../../shared/audits/robots/index.ts";

describe("a problem", () => {
  it.each([
    { line: "Foo: bar", kind: "unknown-directive" },
    { line: "Foo bar", kind: "unknown-directive" },
    { line: "Disllow: /a", kind: "unknown-directive" },
    { line: "Dis allow: /a", kind: "unknown-directive" },
    { line: "User_agent: Foobot", kind: "unknown-directive" },
    { line: '"Disallow": "/a"', kind: "unknown-directive" },
    { line: "Disallowed: /a", kind: "misspelled-directive" },
    { line: "User-agents: Foobot", kind: "misspelled-directive" },
    { line: "User agent: Foobot", kind: "misspelled-directive" },
    { line: "Useragent Foobot", kind: "misspelled-directive" },
    { line: "Dissalow: /a", kind: "misspelled-directive" },
    { line: "Disalow: /a", kind: "misspelled-directive" },
    { line: "Diasllow: /a", kind: "misspelled-directive" },
    { line: "Disallaw: /a", kind: "misspelled-directive" },
    { line: "Sitemaps: https://example.com/s.xml", kind: "misspelled-directive" },
    { line: "Disallow", kind: "not-understood" },
    { line: "Disallow /a /b", kind: "not-understood" },
    { line: "Disallow\u00a0/a", kind: "not-understood" },
    { line: "<html>", kind: "not-understood" },
    { line: ":", kind: "not-understood" },
    { line: ": # nothing", kind: "not-understood" },
    { line: "Host example.com", kind: "missing-colon" },
    { line: "Allow\t/a", kind: "missing-colon" },
    { line: "Crawl-delay 5", kind: "missing-colon" },
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
    { line: "Disallow: /a$$", kind: "dollar-inside-path" },
    { line: "Allow: *$*", kind: "dollar-inside-path" },
    { line: "Disallow: $", kind: "bad-path" },
    { line: "Disallow: .php", kind: "bad-path" },
    { line: 'Disallow: "/a"', kind: "bad-path" },
    { line: "Disallow:: /a", kind: "bad-path" },
    { line: "Disallow: \u00a0/a", kind: "bad-path" },
    { line: "Crawl-delay: soon", kind: "bad-crawl-delay" },
    { line: "Crawl-delay:", kind: "bad-crawl-delay" },
    { line: "Crawl-delay: -1", kind: "bad-crawl-delay" },
    { line: "Crawl-delay: 1,5", kind: "bad-crawl-delay" },
    { line: "Crawl-delay: 5 s", kind: "bad-crawl-delay" },
    { line: "Crawl-delay: 1e3", kind: "bad-crawl-delay" },
    { line: "Sitemap: /sitemap.xml", kind: "bad-sitemap-url" },
    { line: "Sitemap: sitemap.xml", kind: "bad-sitemap-url" },
    { line: "Sitemap:", kind: "bad-sitemap-url" },
    { line: "Sitemap: ftp://example.com/s.xml", kind: "bad-sitemap-url" },
    { line: "Sitemap: https://", kind: "bad-sitemap-url" },
  ])("«$line» is $kind", ({ line, kind }) => {
    expect(robotsProblems(parseRobots(`User-agent: *\n  ${line}  \nDisallow: /x`))).toEqual([{ line: 2, text: line, kind }]);
  });

  it.each([
    { line: "Useragent:", kinds: ["misspelled-directive", "empty-agent"] },
    { line: "Dissallow: a", kinds: ["misspelled-directive", "bad-path"] },
    { line: "Allow-all: yes", kinds: ["misspelled-directive", "bad-path"] },
    { line: "Site-map: /s.xml", kinds: ["misspelled-directive", "bad-sitemap-url"] },
    { line: "Sitemap https://example.com/s.xml", kinds: ["misspelled-directive", "bad-sitemap-url"] },
    { line: "Disallow a", kinds: ["missing-colon", "bad-path"] },
    { line: "Sitemap s.xml", kinds: ["missing-colon", "bad-sitemap-url"] },
    { line: "Crawl-delay soon", kinds: ["missing-colon", "bad-crawl-delay"] },
  ])("«$line» has two: $kinds", ({ line, kinds }) => {
    expect(robotsProblems(parseRobots(`User-agent: *\n${line}`))).toEqual(kinds.map((kind) => ({ line: 2, text: line, kind })));
  });

  it.each([
    { mark: "a byte order mark", line: "\uFEFFUser-agent: *" },
    { mark: "a no-break space before the name", line: "\u00a0Disallow: /a" },
    { mark: "a hyphen for the end of a line", line: "Disal\u00adlow: /a" },
    { mark: "a space without width", line: "\u200bSitemap: https://example.com/s.xml" },
    { mark: "an ideographic space", line: "\u3000Allow: /a" },
  ])("is named that nobody sees: $mark", ({ line }) => {
    expect(robotsProblems(parseRobots(`User-agent: *\n${line}`))).toMatchObject([{ line: 2, kind: "invisible-character" }]);
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
