import { z } from "zod";
import { CrawlOptions } from "./crawl-options.ts";
import { HostHealth } from "./host-patience.ts";

export const crawlerName = "MenthaBot";
export const defaultUserAgent = `Mozilla/5.0 (compatible; ${crawlerName}/1.0)`;

/** What `start` hands to the audit's object. */
export const CrawlStart = z.object({
  v: z.literal(1),
  auditId: z.string(),
  workspaceId: z.string(),
  url: z.string(),
  options: CrawlOptions,
  sealedHeaders: z.string().nullable(),
});
export type CrawlStart = z.infer<typeof CrawlStart>;

/**
 * The stages of an audit's object, in order. `claiming`: nothing is fetched before the audit's row says running.
 * `crawling`, then `judging` (site-wide rules), then `publishing`; `failing` writes down why it could not go on. `ended` waits for its retention.
 */
const Stage = z.enum(["claiming", "crawling", "judging", "publishing", "failing", "ended"]);
export type Stage = z.infer<typeof Stage>;

/** The one row of the object's `crawl` table. A field that a later version adds needs a default: crawls outlive deploys. */
export const CrawlState = CrawlStart.extend({
  stage: Stage,
  startedAt: z.number(),
  nextSlotAt: z.number(),
  /** The rate in force: the asked one, slowed down by the site's Crawl-delay. */
  rate: z.number().nullable(),
  /** Fetches whose result counts against `maxPages`. */
  spent: z.number(),
  fetched: z.number(),
  failed: z.number(),
  currentUrl: z.string().nullable(),
  /** Ordinals up to which pages and findings are in D1. */
  projectedPage: z.number(),
  projectedFinding: z.number(),
  projectedAt: z.number(),
  /** How far the site-wide rules are, by their ids: a deploy may add a rule in between. */
  judgedRules: z.array(z.string()),
  judgingRule: z.string().nullable(),
  /** The last page that `judgingRule` has judged. */
  judgedPage: z.number(),
  /** Alarms that failed in a row. */
  alarmFailures: z.number(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** By origin; those that answer well are not in it. */
  health: z.record(z.string(), HostHealth).default({}),
});
export type CrawlState = z.infer<typeof CrawlState>;

export function initialState(start: CrawlStart, now: number): CrawlState {
  return {
    ...start,
    stage: "claiming",
    startedAt: now,
    nextSlotAt: now,
    rate: start.options.rate,
    spent: 0,
    fetched: 0,
    failed: 0,
    currentUrl: null,
    projectedPage: 0,
    projectedFinding: 0,
    projectedAt: now,
    judgedRules: [],
    judgingRule: null,
    judgedPage: 0,
    alarmFailures: 0,
    failure: null,
    health: {},
  };
}
