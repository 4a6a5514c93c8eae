import { describe, expect, it } from "vitest";
import { isCrawlerName, parseDirectives, parseRobotsHeader } from "../../../../../../shared/audits/facts/html/robots-directives.ts";

describe("the name of a meta", () => {
  it.each(["robots", "googlebot", "googlebot-news", "bingbot", "applebot", "gptbot", "archive.org_bot", "duckduckbot", "baiduspider", "slurp", "yandex"])(
    "%s addresses crawlers",
    (name) => expect(isCrawlerName(name)).toBe(true),
  );

  it.each(["", "description", "viewport", "author", "google", "google-site-verification", "robots-note", "bottom", "about"])("%j does not", (name) =>
    expect(isCrawlerName(name)).toBe(false),
  );
});

describe("directives", () => {
  it.each([
    { content: "", directives: [] },
    { content: " , ,", directives: [] },
    { content: "NoIndex,NOFOLLOW", directives: ["noindex", "nofollow"] },
    { content: "index, max-snippet : 0,max-image-preview:large", directives: ["index", "max-snippet:0", "max-image-preview:large"] },
    {
      content: "unavailable_after: Friday, 25 Jun 2027 15:00:00 PST, noindex",
      directives: ["unavailable_after:friday, 25 jun 2027 15:00:00 pst", "noindex"],
    },
    { content: "noindex nofollow", directives: ["noindex nofollow"] },
  ])("of $content", ({ content, directives }) => {
    expect(parseDirectives(content)).toEqual(directives);
  });

  it("are bounded", () => {
    const directives = parseDirectives(`unavailable_after:${"x,".repeat(500_000)}`);
    expect(directives.join("").length).toBeLessThan(200);
  });
});

describe("X-Robots-Tag", () => {
  const everyone = (...directives: string[]) => ({ source: "header", agent: "robots", directives });

  it.each([
    { value: null, groups: [] },
    { value: "", groups: [] },
    { value: "noindex", groups: [everyone("noindex")] },
    { value: "NOINDEX, nofollow", groups: [everyone("noindex", "nofollow")] },
    { value: "*: noindex", groups: [everyone("noindex")] },
    { value: "googlebot: noindex, nofollow", groups: [{ source: "header", agent: "googlebot", directives: ["noindex", "nofollow"] }] },
    {
      value: "noarchive, GoogleBot: nofollow, otherbot: noindex, nofollow",
      groups: [
        everyone("noarchive"),
        { source: "header", agent: "googlebot", directives: ["nofollow"] },
        { source: "header", agent: "otherbot", directives: ["noindex", "nofollow"] },
      ],
    },
    { value: "max-snippet: 0, max-video-preview:-1", groups: [everyone("max-snippet:0", "max-video-preview:-1")] },
    { value: "unavailable_after: Mon, 25 Jun 2027 15:00:00 GMT, noindex", groups: [everyone("unavailable_after:mon, 25 jun 2027 15:00:00 gmt", "noindex")] },
    {
      value: "googlebot: unavailable_after: 25 Jun 2027 15:00:00 PST, bingbot: none",
      groups: [
        { source: "header", agent: "googlebot", directives: ["unavailable_after:25 jun 2027 15:00:00 pst"] },
        { source: "header", agent: "bingbot", directives: ["none"] },
      ],
    },
  ])("of $value", ({ value, groups }) => {
    expect(parseRobotsHeader(value)).toEqual(groups);
  });
});
