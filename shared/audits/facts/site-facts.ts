import type { RobotsProblem } from "../robots/index.ts";

/** What the crawl learnt of a site outside its pages: the facts that site rules judge. */
export interface SiteFacts {
  readonly startUrl: string;
  /** The name that robots.txt groups and robots metas may address our crawl by. */
  readonly robots: readonly RobotsFacts[];
  readonly sitemaps: readonly SitemapFacts[];
}

/** One origin's robots.txt. */
export interface RobotsFacts {
  readonly origin: string;
  readonly url: string;
  /**
   * `found`: 2xx. `absent`: 4xx, everything is allowed. `unreachable`: 5xx, 429 or no answer, nothing is allowed (RFC 9309, 2.3.1.4).
   * `not-analysed`: our own processes stopped whenever they read it; nothing is fetched, and nothing is said of the site.
   */
  readonly outcome: "found" | "absent" | "unreachable" | "not-analysed";
  readonly status: number | null;
  /** Bytes sent by the server, as far as they were read. */
  readonly bytes: number;
  /** The text, cut at 500 KiB. */
  readonly body: string;
  readonly problems: readonly RobotsProblem[];
}

export interface SitemapFacts {
  readonly url: string;
  /** Where we heard of it: robots.txt, the usual place, or a sitemap index. */
  readonly source: "robots" | "well-known" | "index";
  /**
   * `found`, `absent` (4xx) or `invalid`: could not be fetched or read; `problem` says why. `not-analysed`: our own processes stopped
   * whenever they read it, so no rule may speak of it.
   */
  readonly outcome: "found" | "absent" | "invalid" | "not-analysed";
  readonly status: number | null;
  readonly entries: number;
  readonly problem: string | null;
}
