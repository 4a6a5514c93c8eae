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

const fill = (text: string): string => text.repeat(Math.floor(maxRobotsBytes / text.length) - 1);
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
      fc.string({ unit: "binary" }),
      fc.array(word, { maxLength: 60 }).map((words) => words.join("")),
    );
    fc.assert(
      fc.property(
        text,
        fc.array(fc.string(), { maxLength: 3 }),
        fc.oneof(
          text,
          fc.webPath().map((path) => `https://example.com${path}`),
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
