import { describe, expect, it } from "vitest";
import { isAllowed, maxRobotsBytes, parseRobots, robotsSitemaps } from "../../../../../shared/audits/robots/index.ts";

const isOpen = (body: string, path: string): boolean => isAllowed(parseRobots(body), ["Foobot"], `https://example.com${path}`);
const closes = (body: string, path = "/a"): boolean => !isOpen(body, path);

describe("a line (RFC 9309, 2.2)", () => {
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
    ["# hello\nuser-agent: foobot#x\ndisallow: /a#b"],
    ["user-agent: foobot\ndisallow: /a\0b"],
    ["<html>\nuser-agent: foobot\nfoo bar baz\ndisallow: /a"],
    ["\vuser-agent:\vfoobot\ndisallow:\f/a"],
    ["USER AGENT: foobot\nDISALOW: /a"],
    ["user-agentsandmore: foobot\ndisallowance: /a"],
    ["user-agent: foobot # one: two\ndisallow: /a"],
    ["user-agent: foobot\ndisallow /a# and more words"],
    ["user-agent: foobot\0\ndisallow: /a\0"],
    ["user-agent: foobot\n\r\r\ndisallow: /a"],
    ["user-agent: foobot\r\rdisallow: /a"],
    ["user-agent: foobot\nallow: /\ndisallow: /a"],
    ["\n\n\nuser-agent: foobot\n\n\n\ndisallow: /a\n\n"],
    ["user-agent: foobot\ndisallow: /a \t\v\f"],
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
    ["user-agent: foobot\ndisallow=/a"],
    ["user-agent=foobot\ndisallow: /a"],
    ["user-agent: foobot\ndis allow: /a"],
    ["user  agent: foobot\ndisallow: /a"],
    ["user-agent: foobot\ndisllow: /a"],
    ["user-agent: foobot\n- disallow: /a"],
    ['user-agent: foobot\n"disallow": /a'],
    ['user-agent: foobot\ndisallow: "/a"'],
    ["user-agent: foobot\ndisallow:: /a"],
    ["user-agent: foobot\ndisallow\v/a"],
    ["user-agent: foobot\ndisallow\u00a0/a"],
    ["user-agent: foobot\ndisallow: #/a"],
    ["user-agent: foobot\ndisallow: \0/a"],
    ["user-agent: foobot\ndisallow\0: /a"],
    ["user-agent: #foobot\ndisallow: /a"],
    ["#user-agent: foobot\ndisallow: /a"],
    ["user-agent: foobot disallow: /a"],
    ["user-agent: foobot\u2028disallow: /a"],
    ["user-agent: foobot\u0085disallow: /a"],
    ["\uFFFDuser-agent: foobot\ndisallow: /a"],
    ["\0"],
    [""],
  ])("%j closes nothing", (body) => {
    expect(closes(body)).toBe(false);
  });
});

describe("what is too long (RFC 9309, 2.5)", () => {
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

describe("a Sitemap line (RFC 9309, 2.2.4)", () => {
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
