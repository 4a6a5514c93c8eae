import { describe, expect, it } from "vitest";
import { isAllowed, matchingRule, parseRobots } from "../../../../../shared/audits/robots/index.ts";

const open = true;
const closed = false;
const site = "https://example.com";

/** What a crawler called Foobot may fetch under rules that address it. */
const underRules = (rules: readonly string[], path: string): boolean =>
  isAllowed(parseRobots(["User-agent: Foobot", ...rules].join("\n")), ["Foobot"], `${site}${path}`);

describe("a path in robots.txt (RFC 9309, 2.2.2 and 2.2.3)", () => {
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
    { pattern: "/a/*/c", matches: ["/a/b/c", "/a/b/b/c/d", "/a//c"], misses: ["/a/c", "/a/b/d"] },
    { pattern: "/*/a", matches: ["/b/a", "//a", "/b/c/a"], misses: ["/a", "/b"] },
    { pattern: "/*/*/", matches: ["/a/b/", "///", "/a/b/c"], misses: ["/a/", "/a/b"] },
    { pattern: "/*a*b*", matches: ["/ab", "/xaxbx"], misses: ["/ba"] },
    { pattern: "/a*/$", matches: ["/a/", "/ab/c/"], misses: ["/a", "/a/b"] },
    { pattern: "/a*a$", matches: ["/aa", "/aba"], misses: ["/a", "/aab"] },
    { pattern: "/a/$", matches: ["/a/"], misses: ["/a", "/a/b", "/a/?b"] },
    { pattern: "/$/", matches: ["/$/", "/$/a"], misses: ["/"] },
    { pattern: "/*$a", matches: ["/$a", "/b$ab"], misses: ["/a", "/b"] },
    { pattern: "**", matches: ["/", "/a"], misses: [] },
    { pattern: "*/", matches: ["/", "/a"], misses: [] },
    { pattern: "*a", matches: ["/a", "/ba"], misses: ["/b"] },
    { pattern: "*a*$", matches: ["/a", "/bab"], misses: ["/b"] },
    { pattern: "//a", matches: ["//a"], misses: ["/a", "/b/a"] },
    { pattern: "/a//b", matches: ["/a//b"], misses: ["/a/b"] },
    { pattern: "/a/../b", matches: ["/a/../b"], misses: ["/b"] },
    { pattern: "/a;b", matches: ["/a;b", "/a;bc"], misses: ["/a"] },
    { pattern: "/a b", matches: [], misses: ["/a%20b", "/a+b", "/a"] },
    { pattern: "/a:b", matches: ["/a:b"], misses: ["/a"] },
    { pattern: "/A*B$", matches: ["/AxB"], misses: ["/axb", "/AxBx"] },
    { pattern: "/*?*=", matches: ["/?a=", "/b?a=c&d"], misses: ["/?a", "/a=b?"] },
    { pattern: "/*?$", matches: ["/?", "/a?"], misses: ["/?a", "/"] },
    { pattern: "?", matches: [], misses: ["/?", "/"] },
    { pattern: ".php", matches: [], misses: ["/a.php", "/.php"] },
    { pattern: '"/a"', matches: [], misses: ["/a"] },
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
    { outcome: "a plain Disallow beats a shorter Allow with a wildcard", rules: ["Allow: /*.html", "Disallow: /a/b.html"], path: "/a/b.html", is: closed },
    { outcome: "the length of the rule counts, not of what it matches", rules: ["Allow: /*", "Disallow: /a"], path: "/a/b/c", is: open },
    { outcome: "a rule that does not match does not count, however long", rules: ["Allow: /a/b/c/d", "Disallow: /a"], path: "/a/b", is: closed },
    { outcome: "the longest of three counts", rules: ["Disallow: /", "Allow: /a", "Disallow: /a/b"], path: "/a/b", is: closed },
    { outcome: "the longest of four counts", rules: ["Disallow: /a/b", "Allow: /a/b/c", "Disallow: /", "Allow: /a"], path: "/a/b/c", is: open },
    { outcome: "the end mark makes a rule longer than its twin", rules: ["Allow: /a", "Disallow: /a$"], path: "/a", is: closed },
    { outcome: "a final wildcard makes a rule longer than its twin", rules: ["Allow: /a", "Disallow: /a*"], path: "/a", is: closed },
    { outcome: "Allow wins between twins with end marks", rules: ["Disallow: /a$", "Allow: /a$"], path: "/a", is: open },
    { outcome: "Allow wins between a wildcard and an end mark", rules: ["Disallow: /a$", "Allow: /a*"], path: "/a", is: open },
    { outcome: "a query is part of the path", rules: ["Disallow: /a?b", "Allow: /a"], path: "/a?b=c", is: closed },
    { outcome: "a rule may open one query", rules: ["Disallow: /*?", "Allow: /*?page="], path: "/a?page=2", is: open },
    { outcome: "an escape counts as three", rules: ["Allow: /abc", "Disallow: /%C3*"], path: "/%C3%A9", is: closed },
    { outcome: "a rule as a full address closes nothing", rules: ["Disallow: https://example.com/"], path: "/", is: open },
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
    { outcome: "an escaped letter in the address is not decoded either", rules: ["Disallow: /b"], path: "/%62", is: open },
    { outcome: "an escaped tilde and a plain one differ", rules: ["Disallow: /~joe"], path: "/%7Ejoe", is: open },
    { outcome: "an escaped space and a plus differ", rules: ["Disallow: /a%20b"], path: "/a+b", is: open },
    { outcome: "an escaped star is no wildcard", rules: ["Disallow: /a%2Ac"], path: "/abc", is: open },
    { outcome: "an escaped star matches itself", rules: ["Disallow: /a%2ac"], path: "/a%2Ac", is: closed },
    { outcome: "an escaped dollar is no end mark", rules: ["Disallow: /a%24"], path: "/a", is: open },
    { outcome: "an escaped hash is no comment", rules: ["Disallow: /a%23b"], path: "/a%23b", is: closed },
    { outcome: "a slash escaped in lower case is the same in upper case", rules: ["Disallow: /a%2fb"], path: "/a%2Fb", is: closed },
    { outcome: "half of an escaped letter matches its beginning", rules: ["Disallow: /caf%C3"], path: "/caf%C3%A9", is: closed },
    { outcome: "an accent of its own is another letter", rules: ["Disallow: /cafe\u0301"], path: "/caf%C3%A9", is: open },
    { outcome: "letters may stand in the query", rules: ["Disallow: /?q=ñ"], path: "/?q=%C3%B1", is: closed },
    { outcome: "letters may stand beside wildcards", rules: ["Disallow: /*ñ$"], path: "/a%C3%B1", is: closed },
    { outcome: "a percent sign before an escape is itself", rules: ["Disallow: /%%c3"], path: "/%%C3", is: closed },
    { outcome: "a percent sign before other letters is itself, case and all", rules: ["Disallow: /%zA"], path: "/%Za", is: open },
    { outcome: "a percent sign before one digit is itself, case and all", rules: ["Disallow: /%c"], path: "/%C", is: open },
    { outcome: "a percent sign before a letter outside ASCII is itself", rules: ["Disallow: /%é"], path: "/%%C3%A9", is: closed },
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
    { rules: ["Disallow: /", "Allow: /a/index.html$"], path: "/a/", is: open },
    { rules: ["Disallow: /", "Allow: /a/index.html?b"], path: "/a/", is: open },
    { rules: ["Disallow: /", "Allow: /a/index.htmx"], path: "/a/", is: open },
    { rules: ["Disallow: /", "Allow: */index.html"], path: "/a/b/", is: open },
    { rules: ["Disallow: /a/", "Allow: /a/index.html"], path: "/a/", is: open },
    { rules: ["Disallow: /a/$", "Allow: /a/index.html"], path: "/a/", is: open },
    { rules: ["Disallow: /*/$*", "Allow: /a/index.html"], path: "/a/", is: open },
    { rules: ["Disallow: /a/*****", "Allow: /a/index.html"], path: "/a/", is: closed },
    { rules: ["Disallow: /", "Allow: /a/index.html"], path: "/a/?b", is: closed },
    { rules: ["Disallow: /", "Allow: /a/index.html/b"], path: "/a/", is: closed },
    { rules: ["Disallow: /", "Allow: /a/Index.html"], path: "/a/", is: closed },
    { rules: ["Disallow: /", "Allow: /a/xindex.html"], path: "/a/", is: closed },
    { rules: ["Disallow: /", "Allow: index.html"], path: "/", is: closed },
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
    ["//a", "/"],
    ["///a", "/a"],
    ["https:///a", "/a"],
    ["https://example.com//a", "//a"],
    ["https://example.com?a/b", "/?a/b"],
    ["https://example.com/a;b?c", "/a;b?c"],
    ["https://example.com/#", "/"],
    ["https://example.com/?#/a", "/?"],
    ["#/a", "/"],
    ["?a", "/?a"],
    [";a", "/;a"],
    ["mailto:a@example.com", "/"],
    ["://a/b", "/b"],
    ["a?b://c/d", "/?b://c/d"],
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
