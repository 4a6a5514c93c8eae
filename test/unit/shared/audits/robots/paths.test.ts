import { describe, expect, it } from "vitest";
import { isAllowed, matchingRule, parseRobots } from "../../../../../shared/audits/robots/index.ts";

const open = true;
const closed = false;
const site = "https://example.com";

/** What a crawler called Foobot may fetch under rules that address it. */
const underRules = (rules: readonly string[], path: string): boolean =>
  isAllowed(parseRobots(["User-agent: Foobot", ...rules].join("\n")), ["Foobot"], `${site}${path}`);

describe("a path in robots.txt", () => {
  // One table for each pattern of Google's documentation (robots-txt-spec, "URL matching based on path values").
  it.each([
    { pattern: "/", matches: ["/", "/a", "/a/b?c=d", "/%E3%83%84"], misses: [] },
    { pattern: "/*", matches: ["/", "/a", "/a/b"], misses: [] },
    { pattern: "*", matches: ["/", "/a/b?c"], misses: [] },
    { pattern: "/$", matches: ["/"], misses: ["/a", "/?a"] },
    { pattern: "/shoes", matches: ["/shoes", "/shoes.html", "/shoes/red.html", "/shoeshine", "/shoes?id=1"], misses: ["/Shoes", "/old/shoes", "/?id=shoes"] },
    { pattern: "/shoes*", matches: ["/shoes", "/shoes/red", "/shoeshine"], misses: ["/Shoes", "/old/shoes"] },
    { pattern: "/shoes/", matches: ["/shoes/", "/shoes/red", "/shoes/?red"], misses: ["/shoes", "/shoes.html", "/Shoes/"] },
    { pattern: "/*.php", matches: ["/a.php", "/b/a.php?c", "//b/a.php.html", "/a.php/", "/i?f=a.php/"], misses: ["/php/", "/i?php", "/A.PHP"] },
    { pattern: "/*.php$", matches: ["/a.php", "/b/a.php", "/a.php.php"], misses: ["/a.php?b", "/a.php/", "/a.php5", "/i?php", "/A.PHP"] },
    { pattern: "/shoes*.php", matches: ["/shoes.php", "/shoeshine/a.php?b"], misses: ["/Shoes.PHP", "/shoes.html"] },
    { pattern: "*.pdf", matches: ["/a.pdf", "/b/a.pdf?c"], misses: ["/pdf"] },
    { pattern: "/a*b*c$", matches: ["/abc", "/a-b-c", "/aabbcc", "/a/b/bc"], misses: ["/abcd", "/acb", "/ab"] },
    { pattern: "/a*bb$", matches: ["/abb", "/abbb"], misses: ["/ab", "/abba"] },
    { pattern: "/aba*ba$", matches: ["/ababa", "/abaxba"], misses: ["/aba"] },
    { pattern: "/a**b", matches: ["/ab", "/axxb"], misses: ["/a"] },
    { pattern: "/a*", matches: ["/a", "/ab"], misses: ["/b"] },
    { pattern: "/a*$", matches: ["/a", "/abc"], misses: ["/b"] },
    { pattern: "/a$b", matches: ["/a$b", "/a$bc"], misses: ["/a", "/ab"] },
    { pattern: "/a$*", matches: ["/a$", "/a$b"], misses: ["/a"] },
    { pattern: "/a$$", matches: ["/a$"], misses: ["/a", "/a$$b"] },
    { pattern: "$", matches: [], misses: ["/", "/$"] },
    { pattern: "*$", matches: ["/", "/a"], misses: [] },
    { pattern: "/search?q=", matches: ["/search?q=", "/search?q=a"], misses: ["/search", "/search?a=1&q=2"] },
    { pattern: "/*?", matches: ["/?", "/a?b"], misses: ["/a"] },
    { pattern: "/*&sort=", matches: ["/a?b=1&sort=c"], misses: ["/a?sort=c"] },
    { pattern: "/.well-known/", matches: ["/.well-known/x"], misses: ["/xwell-known/x"] },
    { pattern: "/a+b(c)[d]", matches: ["/a+b(c)[d]"], misses: ["/aab(c)[d]"] },
    { pattern: "shoes", matches: [], misses: ["/shoes", "/"] },
    { pattern: "https://example.com/shoes", matches: [], misses: ["/shoes"] },
  ])("$pattern closes $matches and leaves $misses open", ({ pattern, matches, misses }) => {
    for (const path of matches) expect.soft(underRules([`Disallow: ${pattern}`], path), path).toBe(closed);
    for (const path of misses) expect.soft(underRules([`Disallow: ${pattern}`], path), path).toBe(open);
  });

  it.each([
    { outcome: "the longer Disallow beats the shorter Allow", rules: ["Allow: /a/", "Disallow: /a/b"], path: "/a/b", is: closed },
    { outcome: "the longer Allow beats the shorter Disallow", rules: ["Disallow: /a/", "Allow: /a/b"], path: "/a/b", is: open },
    { outcome: "the order of the lines does not matter", rules: ["Allow: /a/b", "Disallow: /a/"], path: "/a/b", is: open },
    { outcome: "Allow wins between equal paths", rules: ["Disallow: /a", "Allow: /a"], path: "/a/b", is: open },
    { outcome: "Allow wins between different paths of one length", rules: ["Allow: /a", "Disallow: /*"], path: "/a", is: open },
    { outcome: "wildcards count in the length", rules: ["Allow: /page", "Disallow: /*.htm"], path: "/page.htm", is: closed },
    { outcome: "repeated wildcards count too", rules: ["Allow: /page", "Disallow: /*****"], path: "/page", is: closed },
    { outcome: "the end mark counts in the length", rules: ["Disallow: /", "Allow: /$"], path: "/", is: open },
    { outcome: "the end mark does not open the rest", rules: ["Disallow: /", "Allow: /$"], path: "/page", is: closed },
    { outcome: "escaped letters count in octets", rules: ["Allow: /é", "Disallow: /%C3*"], path: "/%C3%A9", is: open },
    { outcome: "an empty Disallow closes nothing", rules: ["Disallow:"], path: "/a", is: open },
    { outcome: "an empty Disallow does not undo another", rules: ["Disallow: /a", "Disallow:"], path: "/a", is: closed },
    { outcome: "an empty Allow opens nothing", rules: ["Disallow: /", "Allow:"], path: "/a", is: closed },
    { outcome: "what no rule matches is open", rules: ["Disallow: /a", "Allow: /a/b"], path: "/c", is: open },
    { outcome: "paths are case-sensitive", rules: ["Disallow: /Private"], path: "/private", is: open },
  ])("$outcome", ({ rules, path, is }) => {
    expect(underRules(rules, path)).toBe(is);
  });

  it.each([
    { outcome: "a letter outside ASCII is its escaped octets", rules: ["Disallow: /café"], path: "/caf%C3%A9", is: closed },
    { outcome: "a letter of three octets too", rules: ["Disallow: /ツ"], path: "/%E3%83%84", is: closed },
    { outcome: "a letter outside the basic plane too", rules: ["Disallow: /🌿"], path: "/%F0%9F%8C%BF", is: closed },
    { outcome: "lower-case hex in the rule is upper-cased", rules: ["Disallow: /caf%c3%a9"], path: "/caf%C3%A9", is: closed },
    { outcome: "lower-case hex in the address is upper-cased", rules: ["Disallow: /caf%C3%A9"], path: "/caf%c3%a9", is: closed },
    { outcome: "a reserved character and its escape differ", rules: ["Disallow: /a%2Fb"], path: "/a/b", is: open },
    { outcome: "an escaped letter of ASCII is compared as written", rules: ["Disallow: /%62"], path: "/%62", is: closed },
    { outcome: "and is not decoded", rules: ["Disallow: /%62"], path: "/b", is: open },
    { outcome: "an address in a query stays as it is", rules: ["Disallow: /go?to=http://b.example/?c"], path: "/go?to=http://b.example/?c&d", is: closed },
    { outcome: "a percent sign without digits is itself", rules: ["Disallow: /100%"], path: "/100%", is: closed },
  ])("encoding: $outcome", ({ rules, path, is }) => {
    expect(underRules(rules, path)).toBe(is);
  });

  it.each([
    { rules: ["Disallow: /", "Allow: /a/index.html"], path: "/a/", is: open },
    { rules: ["Disallow: /", "Allow: /a/index.htm"], path: "/a/", is: open },
    { rules: ["Disallow: /", "Allow: /index.html"], path: "/", is: open },
    { rules: ["Disallow: /", "Allow: /a/index.html"], path: "/a/index.html", is: open },
    { rules: ["Disallow: /", "Allow: /a/index.html"], path: "/a/index.htm", is: closed },
    { rules: ["Disallow: /", "Allow: /a/index.html"], path: "/a/b", is: closed },
    { rules: ["Disallow: /", "Allow: /a/index.html"], path: "/a", is: closed },
    { rules: ["Disallow: /a/?", "Allow: /a/index.html"], path: "/a/?b", is: closed },
    { rules: ["Disallow: /a/index.html"], path: "/a/", is: open },
    { rules: ["Disallow: /", "Allow: /a/index.php"], path: "/a/", is: closed },
  ])("index files: with $rules, $path is open: $is", ({ rules, path, is }) => {
    expect(underRules(rules, path)).toBe(is);
  });
});

describe("the address that is asked about", () => {
  it.each([
    ["", "/"],
    ["https://example.com", "/"],
    ["https://example.com/", "/"],
    ["https://example.com/a/b?c=http://d.example/", "/a/b?c=http://d.example/"],
    ["https://example.com/a?b#c", "/a?b"],
    ["https://example.com#/a", "/"],
    ["https://example.com?a", "/?a"],
    ["https://example.com;a", "/;a"],
    ["https://user@example.com:8443/a", "/a"],
    ["example.com/a", "/a"],
    ["example.com", "/"],
    ["a/b", "/b"],
    ["/a", "/a"],
    ["//example.com/a", "/a"],
    ["//a/b?c://d", "/b?c://d"],
    ["/a://b", "/a://b"],
  ])("%s is judged as %s", (url, path) => {
    const exactly = (pattern: string) => matchingRule(parseRobots(`User-agent: *\nDisallow: ${pattern}$`), [], url);
    expect(exactly(path)).toEqual({ allow: false, line: 2, pattern: `${path}$` });
    expect(exactly(`${path}x`)).toBeNull();
  });
});

describe("the rule that decides", () => {
  const robots = parseRobots(["User-agent: *", "Disallow: /a", "Disallow: /a", "Allow: /a/é", "", "User-agent: Foobot", "Disallow:"].join("\r\n"));

  it.each([
    { outcome: "is the first of equal ones", agents: [], path: "/a/b", rule: { allow: false, line: 2, pattern: "/a" } },
    { outcome: "is told as it is written", agents: [], path: "/a/%C3%A9", rule: { allow: true, line: 4, pattern: "/a/é" } },
    { outcome: "is absent when none matches", agents: [], path: "/b", rule: null },
    { outcome: "is absent for an agent whose own group holds none", agents: ["Foobot"], path: "/a", rule: null },
  ])("$outcome", ({ agents, path, rule }) => {
    expect(matchingRule(robots, agents, `${site}${path}`)).toEqual(rule);
  });

  it("is the Allow line of the index file that opens its folder", () => {
    const index = parseRobots("User-agent: *\nDisallow: /\nAllow: /a/index.html");
    expect(matchingRule(index, [], `${site}/a/`)).toEqual({ allow: true, line: 3, pattern: "/a/index.html" });
  });
});
