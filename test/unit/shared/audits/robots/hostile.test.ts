import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  crawlDelaySeconds,
  isAllowed,
  matchingRule,
  maxRobotsBytes,
  parseRobots,
  robotsProblems,
  robotsSitemaps,
} from "../../../../../shared/audits/robots/index.ts";
import { maxSteps, Work } from "../../../../../shared/audits/robots/work.ts";

const fill = (text: string): string => text.repeat(Math.floor(maxRobotsBytes / text.length) - 1);
/** As many rules as a file holds, each with a number of its own. */
function numbered(ruleOf: (number: string) => string): string {
  let body = "user-agent:*\n";
  for (let n = 0; ; n += 1) {
    const line = `${ruleOf(n.toString().padStart(5, "0"))}\n`;
    if (body.length + line.length > maxRobotsBytes) return body;
    body += line;
  }
}

const longUrl = `https://example.com/${"a".repeat(2_000)}`;

describe("a hostile robots.txt", () => {
  it.each([
    { name: "nothing but stars", body: fill("*"), open: true },
    { name: "rules of nothing but stars", body: `user-agent: *\n${fill(`disallow: /${"*".repeat(16_000)}b\n`)}`, open: true },
    { name: "stars and letters in turn", body: `user-agent: *\n${fill(`disallow: /${"*a".repeat(8_000)}b\n`)}`, open: true },
    { name: "near misses of half the path", body: `user-agent: *\n${fill(`disallow: /*b${"a".repeat(1_000)}\n`)}`, open: true },
    { name: "fifty thousand short rules", body: `user-agent: *\n${fill("allow:/*b\n")}`, open: true },
    { name: "a group a line", body: `${fill("user-agent:a\ndisallow:/\n")}user-agent:*\ndisallow:/`, open: false },
    { name: "agents and delays in turn", body: fill("user-agent:a\ncrawl-delay:1\n"), open: true },
    { name: "nothing but line ends", body: fill("\r\n\n"), open: true },
    { name: "nothing but spaces", body: fill(" "), open: true },
    { name: "one endless line", body: `disallow:${fill("/a b:")}`, open: true },
  ])("of $name is read and asked in time", ({ body, open }) => {
    const robots = parseRobots(body);
    expect(isAllowed(robots, ["Foobot"], longUrl)).toBe(open);
    expect(robotsProblems(robots).length).toBeLessThanOrEqual(500);
    expect(crawlDelaySeconds(robots, ["b"])).toBeNull();
  });

  it.each([
    { name: "thirty thousand near misses", body: numbered(() => "disallow:/*aab"), path: "a".repeat(1_900), open: true, most: 10_000 },
    { name: "numbered near misses", body: numbered((n) => `disallow:/*aab${n}`), path: "a".repeat(1_900), open: true, most: 200_000 },
    { name: "numbered beginnings", body: numbered((n) => `disallow:/aaa${n}`), path: "a".repeat(1_900), open: true, most: 1_000 },
    { name: "beginnings of beginnings", body: numbered((n) => `allow:/${"a".repeat(Number(n))}`), path: `${"a".repeat(1_899)}b`, open: true, most: 1_000 },
    { name: "rules that fit but for their end", body: numbered((n) => `disallow:/*aaa${n}`), path: "a".repeat(1_900), open: false, most: maxSteps + 2_000 },
    { name: "a group a rule", body: numbered((n) => `disallow:/b${n}\nuser-agent:*`), path: "a".repeat(1_900), open: false, most: maxSteps + 2_000 },
  ])("of $name takes at most $most steps a question", ({ body, path, open, most }) => {
    const robots = parseRobots(body);
    const work = new Work();
    expect(isAllowed(robots, ["Foobot"], `https://example.com/${path}`, work)).toBe(open);
    expect(work.steps).toBeLessThanOrEqual(most);
  });

  it("closes what takes too long to decide, and names no rule for it", () => {
    const robots = parseRobots("user-agent: *\nallow: /\nallow: /*aaab\n");
    const url = "https://example.com/aaaaab/aaaab";
    expect([isAllowed(robots, [], url), matchingRule(robots, [], url)?.line]).toEqual([true, 3]);
    expect([isAllowed(robots, [], url, new Work(100)), matchingRule(robots, [], url, new Work(100))]).toEqual([false, null]);
  });

  it.each([
    { kind: "beginnings", rule: (n: number) => `disallow: /shop/${n}/`, blocked: "/shop/9999/a", open: "/shop/10000/a" },
    { kind: "wildcards", rule: (n: number) => `disallow: /*?filter=${n}&`, blocked: "/shop?filter=9999&a", open: "/shop?filter=10000&a" },
  ])("does not stand for an honest one of ten thousand $kind, which stays exact", ({ rule, blocked, open }) => {
    const robots = parseRobots(["user-agent: *", ...Array.from({ length: 10_000 }, (_, n) => rule(n))].join("\n"));
    expect(isAllowed(robots, [], `https://example.com${blocked}`)).toBe(false);
    expect(isAllowed(robots, [], `https://example.com${open}`)).toBe(true);
  });

  it("of any text neither throws nor hangs", () => {
    const word = fc.constantFrom(
      "user-agent",
      "allow",
      "disallow",
      "sitemap",
      "crawl-delay",
      ":",
      " ",
      "\n",
      "\r",
      "*",
      "$",
      "/",
      "#",
      "%",
      "%c3",
      "é",
      "\ud800",
      "a",
      "\uFEFF",
    );
    const text = fc.oneof(
      fc.array(fc.nat(0x10ffff), { maxLength: 60 }).map((codes) => String.fromCodePoint(...codes)),
      fc.array(word, { maxLength: 60 }).map((words) => words.join("")),
    );
    fc.assert(
      fc.property(
        text,
        fc.array(fc.string(), { maxLength: 3 }),
        fc.oneof(
          text,
          text.map((path) => `https://example.com/${path}`),
        ),
        (body, agents, url) => {
          const robots = parseRobots(body);
          const rule = matchingRule(robots, agents, url);
          expect(isAllowed(robots, agents, url)).toBe(rule?.allow ?? true);
          for (const sitemap of robotsSitemaps(robots, "https://example.com/robots.txt")) expect(sitemap).toMatch(/^https?:\/\//);
        },
      ),
    );
  });

  it("is answered as by trying every rule in turn", () => {
    const pattern = fc.array(fc.constantFrom("a", "b", "/", "*", "$"), { maxLength: 6 }).map((parts) => `/${parts.join("")}`);
    const path = fc.array(fc.constantFrom("a", "b", "/", "$"), { maxLength: 10 }).map((parts) => `/${parts.join("")}`);
    const rules = fc.array(fc.record({ kind: fc.constantFrom("allow", "disallow", "user-agent: *"), pattern }), { maxLength: 12 });
    fc.assert(
      fc.property(rules, path, (given, asked) => {
        const lines = ["user-agent: *", ...given.map(({ kind, pattern: written }) => (kind === "user-agent: *" ? kind : `${kind}: ${written}`))];
        const alone = (line: string) => matchingRule(parseRobots(`user-agent: *\n${line}`), [], asked);
        const matching = lines.flatMap((line, at) => {
          const rule = alone(line);
          return rule === null ? [] : [{ ...rule, line: at + 1 }];
        });
        const [best = null] = matching.sort((a, b) => b.pattern.length - a.pattern.length || Number(b.allow) - Number(a.allow) || a.line - b.line);
        expect(matchingRule(parseRobots(lines.join("\n")), [], asked)).toEqual(best);
      }),
      { numRuns: 2_000 },
    );
  });

  it("agrees with a regular expression on every short pattern and path", () => {
    const pattern = fc.array(fc.constantFrom("a", "b", "/", "*", "$", "."), { maxLength: 8 }).map((parts) => `/${parts.join("")}`);
    const path = fc.array(fc.constantFrom("a", "b", "/", "$", "."), { maxLength: 10 }).map((parts) => `/${parts.join("")}`);
    fc.assert(
      fc.property(pattern, path, (written, asked) => {
        const source = written.replace(/\$$/, "\n").replace(/[.$/]/g, "\\$&").replace(/\*+/g, ".*").replace("\n", "$");
        const isMatch = new RegExp(`^${source}`).test(asked);
        expect(isAllowed(parseRobots(`user-agent: *\ndisallow: ${written}`), [], `https://example.com${asked}`)).toBe(!isMatch);
      }),
      { numRuns: 2_000 },
    );
  });
});
