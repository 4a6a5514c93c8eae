import type { RobotsFacts, SiteFacts, SitemapFacts } from "../../../shared/audits/facts/site-facts.ts";
import { parseRobots, robotsProblems } from "../../../shared/audits/robots/index.ts";

/** A site that starts at https://example.com/, with nothing known of its files unless said. */
export const siteFacts = (facts: Partial<SiteFacts> = {}): SiteFacts => ({ startUrl: "https://example.com/", robots: [], sitemaps: [], ...facts });

/** A robots.txt of that text, as the crawl would have read it. */
export function robotsFile(body: string, facts: Partial<RobotsFacts> = {}): RobotsFacts {
  const { origin = "https://example.com" } = facts;
  const problems = robotsProblems(parseRobots(body));
  return { origin, url: `${origin}/robots.txt`, outcome: "found", status: 200, bytes: new TextEncoder().encode(body).length, body, problems, ...facts };
}

export const absentRobots: RobotsFacts = robotsFile("", { outcome: "absent", status: 404 });

export const unreachableRobots = (status: number | null, origin = "https://example.com"): RobotsFacts =>
  robotsFile("", { origin, outcome: "unreachable", status });

/** A sitemap that answered with entries, unless it says otherwise. */
export const sitemap = (facts: Partial<SitemapFacts> = {}): SitemapFacts => ({
  url: "https://example.com/sitemap.xml",
  source: "well-known",
  outcome: "found",
  status: 200,
  entries: 3,
  problem: null,
  ...facts,
});
