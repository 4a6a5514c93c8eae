import { z } from "zod";

/** What a crawl is asked to do; fixed when the audit is accepted, kept with the audit and with its object. */
export const CrawlOptions = z.object({
  maxPages: z.int(),
  /** Null: no limit. */
  maxDepth: z.int().nullable(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  /** Requests a second; null: as fast as the host answers. */
  rate: z.number().nullable(),
  userAgent: z.string(),
  respectRobots: z.boolean(),
  /** Names of the extra request headers: the values are forgotten when the audit ends. Audits from before this was kept say none. */
  headerNames: z.array(z.string()).default([]),
  /**
   * Pages to fetch beside the start page, whatever else is found: the second look at what got worse. Other audits have none, and are the same as those from
   * before there was one, with which they are compared.
   */
  only: z.array(z.string()).optional(),
});
export type CrawlOptions = z.infer<typeof CrawlOptions>;
