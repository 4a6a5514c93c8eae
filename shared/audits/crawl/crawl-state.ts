import type { CreateAuditInput } from "../schemas.ts";

export const crawlerName = "MenthaBot";
export const defaultUserAgent = `Mozilla/5.0 (compatible; ${crawlerName}/1.0)`;

/** What a crawl is asked to do; fixed when the audit is accepted, kept with the audit and with its object. */
export interface CrawlOptions extends Pick<CreateAuditInput, "maxPages" | "include" | "exclude" | "respectRobots"> {
  /** Null: no limit. */
  readonly maxDepth: number | null;
  /** Requests a second; null: as fast as the host answers. */
  readonly rate: number | null;
  readonly userAgent: string;
}

/** What `start` hands to the audit's object. */
export interface CrawlStart {
  readonly v: 1;
  readonly auditId: string;
  readonly workspaceId: string;
  readonly url: string;
  readonly options: CrawlOptions;
  readonly sealedHeaders: string | null;
}

/**
 * The stages of an audit's object, in order. `claiming`: nothing is fetched before the audit's row says running.
 * `crawling`, then `judging` (site-wide rules), then `publishing`; `failing` writes down why it could not go on. `ended` waits for its retention.
 */
export type Stage = "claiming" | "crawling" | "judging" | "publishing" | "failing" | "ended";

/** The one row of the object's `crawl` table. */
export interface CrawlState extends CrawlStart {
  readonly stage: Stage;
  readonly startedAt: number;
  readonly nextSlotAt: number;
  /** The rate in force: the asked one, slowed down by the site's Crawl-delay. */
  readonly rate: number | null;
  /** Fetches whose result counts against `maxPages`. */
  readonly spent: number;
  readonly fetched: number;
  readonly failed: number;
  readonly currentUrl: string | null;
  /** Ids up to which pages and findings are in D1. */
  readonly projectedPage: number;
  readonly projectedFinding: number;
  readonly projectedAt: number;
  /** How far the site-wide rules are: index in the table of rules, and the last page judged by that rule. */
  readonly ruleIndex: number;
  readonly judgedPage: number;
  /** Alarms that failed in a row. */
  readonly alarmFailures: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

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
    ruleIndex: 0,
    judgedPage: 0,
    alarmFailures: 0,
    failure: null,
  };
}
