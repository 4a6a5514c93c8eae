import { parseRobotsHeader } from "./html/robots-directives.ts";
import type { PageFacts } from "./page-facts.ts";

/** Whether the page asks one of `agents` not to show it in search results, in a meta or a header. */
export function isNoindex({ html, fetch }: PageFacts, agents: readonly string[] = ["robots", "googlebot"]): boolean {
  const robots = html?.robots ?? parseRobotsHeader(fetch.headers["x-robots-tag"] ?? null);
  return robots.some(({ agent, directives }) => agents.includes(agent) && (directives.includes("noindex") || directives.includes("none")));
}

/** The absolute address that all canonicals of the page name; null when there is none or they differ. What is not an address names nothing. */
export function singleCanonical({ html }: PageFacts): string | null {
  let single: string | null = null;
  for (const { url } of html?.canonicals ?? []) {
    if (url === null) continue;
    if (single !== null && single !== url) return null;
    single = url;
  }
  return single;
}

/** Whether search engines may show the page under its own address: HTML with status 200, not `noindex`, no other canonical. */
export function isIndexable(facts: PageFacts): boolean {
  if (facts.fetch.outcome !== "html" || facts.fetch.status !== 200 || isNoindex(facts)) return false;
  const canonical = singleCanonical(facts);
  return canonical === null || canonical === facts.url;
}

/** The addresses of the audited site that the page links to, each once, in order. */
export function internalLinks({ html }: PageFacts): string[] {
  const urls = new Set<string>();
  for (const { url, isInternal } of html?.links ?? []) if (isInternal && url !== null) urls.add(url);
  return [...urls];
}

/** The language that the page says it is in, lower case, such as `en` or `pt-br`; null when it says none. */
export function language({ html }: PageFacts): string | null {
  return html?.lang?.trim().toLowerCase() || null;
}
