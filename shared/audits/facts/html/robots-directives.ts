import type { RobotsDirectives } from "../page-facts.ts";
import { limits } from "../page-facts.ts";

/** Names without an ending that tells: crawlers whose makers document a robots meta of that name. */
const crawlers: ReadonlySet<string> = new Set(
  "robots slurp teoma yandex yeti ia_archiver daum coccoc facebookexternalhit mediapartners-google google-extended claude-web perplexity-user".split(" "),
);
const crawlerEnding = /(?:bot|bot-[a-z]+|spider|crawler)$/;

/** Whether a `<meta name>` addresses crawlers: `robots`, or a product token such as `googlebot` or `bingbot`. Lower case. */
export function isCrawlerName(name: string): boolean {
  return crawlers.has(name) || crawlerEnding.test(name);
}

/**
 * The directives that Google, Bing and Yandex document (developers.google.com/search/docs/crawling-indexing/robots-meta-tag, 2026-11).
 * Needed only to see where a date with commas ends and where a header names a crawler.
 */
const directiveStart =
  /^(?:all|index|noindex|follow|nofollow|none|noarchive|nocache|nosnippet|nositelinkssearchbox|noodp|noydir|noyaca|notranslate|noimageindex|indexifembedded|noai|noimageai|max-snippet|max-image-preview|max-video-preview|unavailable_after)\b/;
const maxDirectiveCharacters = 100;

/** The directives of one meta's content, lower case, as in `noindex` or `max-snippet:0`. */
export function parseDirectives(content: string): string[] {
  const directives: string[] = [];
  for (const part of parts(content)) addDirective(directives, part);
  return directives;
}

/**
 * The value of `X-Robots-Tag`, several headers joined by commas. A product token such as `googlebot:` addresses what follows
 * until the next one: once joined, nobody can tell a new header from the next directive.
 */
export function parseRobotsHeader(value: string | null): RobotsDirectives[] {
  const groups: { source: "header"; agent: string; directives: string[] }[] = [];
  let group: (typeof groups)[number] | undefined;
  for (const part of parts(value ?? "")) {
    const [, agent, rest] = /^([a-z*][\w.*-]*)\s*:(.*)$/s.exec(part) ?? [];
    const isAddressed = agent !== undefined && !directiveStart.test(agent);
    if (group === undefined || isAddressed) {
      if (groups.length === limits.metas) break;
      group = { source: "header", agent: isAddressed && agent !== "*" ? agent : "robots", directives: [] };
      groups.push(group);
    }
    addDirective(group.directives, isAddressed ? (rest ?? "").trim() : part);
  }
  return groups;
}

function parts(content: string): string[] {
  return content
    .slice(0, limits.urlCharacters)
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** `unavailable_after: Friday, 25 Jun 2027` has a comma of its own: what cannot be a directive goes on with the date. */
function addDirective(directives: string[], part: string): void {
  const last = directives.at(-1);
  if (last?.startsWith("unavailable_after:") && !directiveStart.test(part)) {
    directives[directives.length - 1] = `${last}, ${part}`.slice(0, maxDirectiveCharacters);
  } else if (part !== "") {
    directives.push(part.replace(/\s*:\s*/, ":").slice(0, maxDirectiveCharacters));
  }
}
