import { describe, expect, it } from "vitest";
import { crawlDelaySeconds, isAllowed, parseRobots } from "../../../../../shared/audits/robots/index.ts";

const isOpen = (lines: readonly string[], agents: readonly string[], path = "/"): boolean =>
  isAllowed(parseRobots(lines.join("\n")), agents, `https://example.com${path}`);

describe("a User-agent line (RFC 9309, 2.2.1)", () => {
  it.each([
    { line: "Foobot", agent: "Foobot", named: true },
    { line: "FOOBOT", agent: "foobot", named: true },
    { line: "foobot", agent: "FooBot", named: true },
    { line: "Foobot/2.1", agent: "Foobot", named: true },
    { line: "Foobot Images", agent: "Foobot", named: true },
    { line: "Foobot (+https://foo.example)", agent: "Foobot", named: true },
    { line: "Foobot # ours", agent: "Foobot", named: true },
    { line: "Foo_bot-Images", agent: "foo_bot-images", named: true },
    { line: "Foobot-Images", agent: "Foobot", named: false },
    { line: "Foobot", agent: "Foobot-Images", named: false },
    { line: "Foo", agent: "Foobot", named: false },
    { line: "Foobot*", agent: "Foobot", named: true },
    { line: "*Foobot", agent: "Foobot", named: false },
    { line: "Mozilla/5.0 (compatible; Foobot)", agent: "Foobot", named: false },
    { line: "ツbot", agent: "Foobot", named: false },
    { line: "", agent: "Foobot", named: false },
    { line: "Foobot Images", agent: "Foobot Images", named: false },
    { line: "Foobot/", agent: "Foobot", named: true },
    { line: "Foobot;q=1", agent: "Foobot", named: true },
    { line: "Foobot,Barbot", agent: "Foobot", named: true },
    { line: "Foobot,Barbot", agent: "Barbot", named: false },
    { line: "Foobot:8080", agent: "Foobot", named: true },
    { line: "Foobot\tImages", agent: "Foobot", named: true },
    { line: "Foobot\u00a0Images", agent: "Foobot", named: true },
    { line: "Foobot\0Images", agent: "Foobot", named: true },
    { line: "Foobötchen", agent: "Foob", named: true },
    { line: "Foobot2", agent: "Foobot", named: true },
    { line: "Foobot.de", agent: "Foobot", named: true },
    { line: "-Foobot", agent: "Foobot", named: false },
    { line: "_Foobot", agent: "_foobot", named: true },
    { line: "-", agent: "-", named: true },
    { line: '"Foobot"', agent: "Foobot", named: false },
    { line: ": Foobot", agent: "Foobot", named: false },
    { line: "the Foobot", agent: "Foobot", named: false },
    { line: "Foo bot", agent: "Foobot", named: false },
    { line: "Foo-bot", agent: "Foobot", named: false },
    { line: "\u00a0Foobot", agent: "Foobot", named: false },
    // Names with digits or dots: by their vendors' reading the whole name, see match-robots.ts.
    { line: "AI2Bot", agent: "AI2Bot", named: true },
    { line: "ai2bot/1.0", agent: "AI2Bot", named: true },
    { line: "MJ12bot", agent: "MJ12bot", named: true },
    { line: "archive.org_bot", agent: "archive.org_bot", named: true },
    { line: "AI2Bot-Dolma", agent: "AI2Bot", named: false },
    { line: "AI3Bot", agent: "AI2Bot", named: false },
    { line: "AI", agent: "AI2Bot", named: false },
    // Google's reading of the same lines, for whoever is called so.
    { line: "AI2Bot", agent: "AI", named: true },
  ])("«$line» speaks to $agent: $named", ({ line, agent, named }) => {
    expect(isOpen([`User-agent: ${line}`, "Disallow: /"], [agent])).toBe(!named);
  });

  it.each([
    { line: "*", everyone: true },
    { line: "* # all", everyone: true },
    { line: "* and all others", everyone: true },
    { line: "*\tall", everyone: true },
    { line: "*\u000ball", everyone: true },
    { line: "*\0bot", everyone: true },
    { line: " *  ", everyone: true },
    { line: "**", everyone: false },
    { line: "*/1.0", everyone: false },
    { line: "*,Foobar", everyone: false },
    { line: "*\u00a0all", everyone: false },
    { line: '"*"', everyone: false },
    { line: "", everyone: false },
    { line: "*bot", everyone: false },
    { line: "all", everyone: false },
  ])("«$line» speaks to everyone: $everyone", ({ line, everyone }) => {
    expect(isOpen([`User-agent: ${line}`, "Disallow: /"], ["Foobot"])).toBe(!everyone);
    expect(isOpen([`User-agent: ${line}`, "Disallow: /"], [])).toBe(!everyone);
  });
});

describe("Crawl-delay, which RFC 9309 leaves out", () => {
  const delay = (lines: readonly string[], agents: readonly string[]): number | null => crawlDelaySeconds(parseRobots(lines.join("\n")), agents);

  it.each([
    { outcome: "is read for everyone", lines: ["User-agent: *", "Crawl-delay: 10"], agents: [], seconds: 10 },
    { outcome: "may have decimals", lines: ["User-agent: *", "crawl-delay: 0.5"], agents: [], seconds: 0.5 },
    { outcome: "may begin with a point", lines: ["User-agent: *", "Crawl-delay: .5"], agents: [], seconds: 0.5 },
    { outcome: "may be zero", lines: ["User-agent: *", "Crawl-delay: 0"], agents: [], seconds: 0 },
    { outcome: "may lack its colon", lines: ["User-agent: *", "Crawl-delay 3"], agents: [], seconds: 3 },
    {
      outcome: "comes from the agent's own group",
      lines: ["User-agent: *", "Crawl-delay: 10", "Disallow:", "User-agent: Foobot", "Crawl-delay: 2"],
      agents: ["Foobot"],
      seconds: 2,
    },
    {
      outcome: "is not borrowed from the group for everyone",
      lines: ["User-agent: *", "Crawl-delay: 10", "Disallow:", "User-agent: Foobot", "Disallow: /a"],
      agents: ["Foobot"],
      seconds: null,
    },
    { outcome: "binds all agents above it", lines: ["User-agent: Foobot", "User-agent: Barbot", "Crawl-delay: 4"], agents: ["Foobot"], seconds: 4 },
    {
      outcome: "does not bind agents below it",
      lines: ["User-agent: *", "Crawl-delay: 10", "User-agent: Foobot", "Disallow: /"],
      agents: ["Foobot"],
      seconds: null,
    },
    { outcome: "may follow the rules", lines: ["User-agent: *", "Disallow: /a", "Crawl-delay: 5"], agents: [], seconds: 5 },
    {
      outcome: "is the longest of several",
      lines: ["User-agent: *", "Crawl-delay: 2", "Disallow:", "User-agent: *", "Crawl-delay: 7"],
      agents: [],
      seconds: 7,
    },
    { outcome: "is ignored above the first User-agent line", lines: ["Crawl-delay: 5", "User-agent: *"], agents: [], seconds: null },
    { outcome: "is ignored when it is no number", lines: ["User-agent: *", "Crawl-delay: slow"], agents: [], seconds: null },
    { outcome: "is ignored when it is negative", lines: ["User-agent: *", "Crawl-delay: -1"], agents: [], seconds: null },
    { outcome: "is absent when nobody wrote one", lines: ["User-agent: *"], agents: [], seconds: null },
  ])("$outcome", ({ lines, agents, seconds }) => {
    expect(delay(lines, agents)).toBe(seconds);
  });
});
