import type { CrawlOptions } from "../../../shared/audits/crawl/crawl-options.ts";

/** Options of a crawl that nothing limits, with `overrides`. */
export const crawlOptions = (overrides: Partial<CrawlOptions> = {}): CrawlOptions => ({
  maxPages: 100,
  maxDepth: null,
  include: [],
  exclude: [],
  rate: null,
  userAgent: "test",
  respectRobots: true,
  headerNames: [],
  ...overrides,
});
