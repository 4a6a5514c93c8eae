import { describe, expect, it } from "vitest";
import { crawlDelaySeconds, isAllowed, parseRobots } from "../../../../../shared/audits/robots/index.ts";

const open = true;
const closed = false;

const isOpen = (lines: readonly string[], agents: readonly string[], path = "/"): boolean =>
  isAllowed(parseRobots(lines.join("\n")), agents, `https://example.com${path}`);

describe("a User-agent line", () => {
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
    { line: "**", everyone: false },
    { line: "*bot", everyone: false },
    { line: "all", everyone: false },
  ])("«$line» speaks to everyone: $everyone", ({ line, everyone }) => {
    expect(isOpen([`User-agent: ${line}`, "Disallow: /"], ["Foobot"])).toBe(!everyone);
    expect(isOpen([`User-agent: ${line}`, "Disallow: /"], [])).toBe(!everyone);
  });
});

describe("a group", () => {
  it.each([
    {
      outcome: "for the agent replaces the one for everyone",
      lines: ["User-agent: *", "Disallow: /", "User-agent: Foobot", "Disallow: /a"],
      agents: ["Foobot"],
      path: "/b",
      is: open,
    },
    {
      outcome: "for the agent replaces it whatever their order",
      lines: ["User-agent: Foobot", "Disallow: /a", "User-agent: *", "Disallow: /"],
      agents: ["Foobot"],
      path: "/b",
      is: open,
    },
    {
      outcome: "for the agent replaces it even with an empty rule",
      lines: ["User-agent: *", "Disallow: /", "User-agent: Foobot", "Disallow:"],
      agents: ["Foobot"],
      path: "/",
      is: open,
    },
    {
      outcome: "for the agent replaces it even without a rule",
      lines: ["User-agent: *", "Disallow: /", "User-agent: Foobot"],
      agents: ["Foobot"],
      path: "/",
      is: open,
    },
    { outcome: "for another agent binds nobody else", lines: ["User-agent: Barbot", "Disallow: /"], agents: ["Foobot"], path: "/", is: open },
    {
      outcome: "for everyone binds who is not named",
      lines: ["User-agent: Barbot", "Allow: /", "User-agent: *", "Disallow: /"],
      agents: ["Foobot"],
      path: "/",
      is: closed,
    },
    {
      outcome: "is shared by User-agent lines in a row (first)",
      lines: ["User-agent: Foobot", "User-agent: Barbot", "Disallow: /"],
      agents: ["Foobot"],
      path: "/",
      is: closed,
    },
    {
      outcome: "is shared by User-agent lines in a row (second)",
      lines: ["User-agent: Foobot", "User-agent: Barbot", "Disallow: /"],
      agents: ["Barbot"],
      path: "/",
      is: closed,
    },
    {
      outcome: "is shared across blank lines and comments",
      lines: ["User-agent: Foobot", "", "# and", "User-agent: Barbot", "Disallow: /"],
      agents: ["Foobot"],
      path: "/",
      is: closed,
    },
    { outcome: "is shared with everyone", lines: ["User-agent: Foobot", "User-agent: *", "Disallow: /"], agents: ["Barbot"], path: "/", is: closed },
    {
      outcome: "ends at the next User-agent line after a rule",
      lines: ["User-agent: Foobot", "Disallow: /a", "User-agent: Barbot", "Disallow: /"],
      agents: ["Foobot"],
      path: "/b",
      is: open,
    },
    {
      outcome: "ends after an empty rule too",
      lines: ["User-agent: Foobot", "Disallow:", "User-agent: Barbot", "Disallow: /"],
      agents: ["Foobot"],
      path: "/b",
      is: open,
    },
    { outcome: "does not end at a blank line", lines: ["User-agent: Foobot", "Disallow: /a", "", "Disallow: /b"], agents: ["Foobot"], path: "/b", is: closed },
    {
      outcome: "does not end at a Sitemap line",
      lines: ["User-agent: Foobot", "Sitemap: https://example.com/s.xml", "User-agent: *", "Disallow: /"],
      agents: ["Foobot"],
      path: "/",
      is: closed,
    },
    {
      outcome: "does not end at an unknown line",
      lines: ["User-agent: Foobot", "Foo: bar", "User-agent: *", "Disallow: /"],
      agents: ["Foobot"],
      path: "/",
      is: closed,
    },
    {
      outcome: "does not end at a Crawl-delay",
      lines: ["User-agent: Foobot", "Crawl-delay: 1", "User-agent: *", "Disallow: /"],
      agents: ["Foobot"],
      path: "/",
      is: closed,
    },
    {
      outcome: "is merged with others for the same agent (first)",
      lines: ["User-agent: Foobot", "Disallow: /a", "User-agent: Barbot", "Disallow: /b", "User-agent: foobot", "Disallow: /c"],
      agents: ["Foobot"],
      path: "/a",
      is: closed,
    },
    {
      outcome: "is merged with others for the same agent (second)",
      lines: ["User-agent: Foobot", "Disallow: /a", "User-agent: Barbot", "Disallow: /b", "User-agent: foobot", "Disallow: /c"],
      agents: ["Foobot"],
      path: "/c",
      is: closed,
    },
    {
      outcome: "is merged with others for everyone",
      lines: ["User-agent: *", "Disallow: /a", "User-agent: Foobot", "Disallow: /b", "User-agent: *", "Disallow: /c"],
      agents: ["Barbot"],
      path: "/a",
      is: closed,
    },
    {
      outcome: "for any of the crawler's names counts",
      lines: ["User-agent: Googlebot", "Disallow: /", "User-agent: *", "Allow: /"],
      agents: ["Googlebot-Image", "Googlebot"],
      path: "/",
      is: closed,
    },
    {
      outcome: "for each of the crawler's names counts",
      lines: ["User-agent: Googlebot", "Disallow: /a", "User-agent: Googlebot-Image", "Disallow: /b"],
      agents: ["Googlebot-Image", "Googlebot"],
      path: "/a",
      is: closed,
    },
    { outcome: "is needed: rules above the first bind nobody", lines: ["Disallow: /", "User-agent: *", "Allow: /a"], agents: ["Foobot"], path: "/b", is: open },
    { outcome: "for nobody binds nobody", lines: ["User-agent:", "Disallow: /"], agents: ["Foobot"], path: "/", is: open },
  ])("$outcome", ({ lines, agents, path, is }) => {
    expect(isOpen(lines, agents, path)).toBe(is);
  });

  // The example of RFC 9309, section 5.1.
  const example = [
    "User-Agent: *",
    "Disallow: *.gif$",
    "Disallow: /example/",
    "Allow: /publications/",
    "",
    "User-Agent: foobot",
    "Disallow:/",
    "Allow:/example/page.html",
    "Allow:/example/allowed.gif",
    "",
    "User-Agent: barbot",
    "User-Agent: bazbot",
    "Disallow: /example/page.html",
    "",
    "User-Agent: quxbot",
    "",
    "EOF",
  ];
  it.each([
    { agent: "otherbot", path: "/publications/a", is: open },
    { agent: "otherbot", path: "/publications/a.gif", is: open },
    { agent: "otherbot", path: "/images/a.gif", is: closed },
    { agent: "otherbot", path: "/example/a", is: closed },
    { agent: "foobot", path: "/example/page.html", is: open },
    { agent: "foobot", path: "/example/allowed.gif", is: open },
    { agent: "foobot", path: "/example/other", is: closed },
    { agent: "foobot", path: "/publications/", is: closed },
    { agent: "barbot", path: "/example/page.html", is: closed },
    { agent: "bazbot", path: "/example/page.html", is: closed },
    { agent: "bazbot", path: "/example/other.gif", is: open },
    { agent: "quxbot", path: "/example/page.html", is: open },
  ])("of the RFC's example: $agent may fetch $path: $is", ({ agent, path, is }) => {
    expect(isOpen(example, [agent], path)).toBe(is);
  });
});

describe("Crawl-delay", () => {
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
