import type { SitemapFacts } from "../../facts/site-facts.ts";

/**
 * The sitemaps that a site claims to have: those it names, and what can be read, if only in part, at the usual address.
 * Anything else there is no sitemap: many servers answer every unknown address with an error or a web page.
 */
export function promisedSitemaps(sitemaps: readonly SitemapFacts[]): readonly SitemapFacts[] {
  return sitemaps.filter(({ source, outcome, entries }) => source !== "well-known" || outcome === "found" || entries > 0);
}
