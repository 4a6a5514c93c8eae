import { z } from "zod";
import { idPattern } from "../../platform/index.ts";
import type { RobotsFacts, SitemapFacts } from "../facts/site-facts.ts";
import type { Severity, Values } from "../rules/rule.ts";
import type { CrawlState } from "./crawl-state.ts";

/** One address to fetch, under the lease `attempt`. */
export const CrawlTask = z.object({
  id: z.int(),
  kind: z.enum(["page", "robots", "sitemap"]),
  url: z.string(),
  attempt: z.int(),
  source: z.enum(["robots", "well-known", "index"]).optional(),
});
export type CrawlTask = z.infer<typeof CrawlTask>;

/** What travels in the `analysis` queue: addresses to fetch now, and how. */
export const AnalysisMessage = z.object({
  v: z.literal(1),
  auditId: z.string().regex(idPattern("audit")),
  workspaceId: z.string(),
  startUrl: z.string(),
  userAgent: z.string(),
  sealedHeaders: z.string().nullable(),
  tasks: z.array(CrawlTask).min(1),
});
export type AnalysisMessage = z.infer<typeof AnalysisMessage>;

/** Tasks in one message: few enough that a consumer reports often, enough to share the cost of a report. */
const tasksPerMessage = 8;

/** Characters of messages that one `sendBatch` takes: its limit is 256 KB. */
const charactersPerBatch = 200_000;

/** The messages that ask consumers to fetch `tasks`, in batches that one send can take. */
export function toMessages(state: CrawlState, tasks: readonly CrawlTask[]): AnalysisMessage[][] {
  const { auditId, workspaceId, url: startUrl, sealedHeaders, options } = state;
  const message = (group: CrawlTask[]): AnalysisMessage => ({
    ...{ v: 1, auditId, workspaceId, startUrl, sealedHeaders },
    userAgent: options.userAgent,
    tasks: group,
  });
  const first = tasks.filter(({ attempt }) => attempt === 1);
  const messages: AnalysisMessage[] = [];
  for (let i = 0; i < first.length; i += tasksPerMessage) messages.push(message(first.slice(i, i + tasksPerMessage)));
  // What was out before may be what killed its consumer: it travels alone, so that it takes no others along.
  for (const task of tasks) if (task.attempt > 1) messages.push(message([task]));
  return inBatches(messages);
}

function inBatches(messages: readonly AnalysisMessage[]): AnalysisMessage[][] {
  const batches: AnalysisMessage[][] = [];
  let room = 0;
  for (const message of messages) {
    const size = JSON.stringify(message).length;
    if (room < size) {
      batches.push([]);
      room = charactersPerBatch;
    }
    room -= size;
    batches.at(-1)?.push(message);
  }
  return batches;
}

export interface JudgedFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly values: Values;
  readonly evidence: readonly string[];
  readonly evidenceTotal: number;
}

/** What the page rules said of one page. */
export interface Judgement {
  /** Rules that had something to check. */
  readonly checked: readonly string[];
  readonly findings: readonly JudgedFinding[];
}

/** The columns of the object's `page` table that one fetch decides. */
export interface PageRow {
  readonly outcome: "html" | "redirect" | "other" | "failed";
  readonly status: number | null;
  readonly finalStatus: number | null;
  readonly redirectTo: string | null;
  readonly noindex: boolean;
  readonly canonical: string | null;
  readonly indexable: boolean;
  readonly lang: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly fingerprint: string | null;
  /** JSON of the facts without links and images. */
  readonly facts: string;
}

export interface PageReport {
  readonly kind: "page";
  readonly id: number;
  readonly attempt: number;
  readonly row: PageRow;
  /** Normalised addresses of the pages of this site that it links to, without repeats. */
  readonly links: readonly string[];
  readonly judgement: Judgement;
  /** Requests made, redirects included. */
  readonly requests: number;
  /** Set when a later try may do better: no answer, 429 or 5xx. */
  readonly retry: { readonly afterMs: number | null } | null;
}

export interface RobotsReport {
  readonly kind: "robots";
  readonly id: number;
  readonly attempt: number;
  readonly facts: RobotsFacts;
  /** Set when a later try may do better. */
  readonly retry: { readonly afterMs: number | null } | null;
}

/** A part of a sitemap, sent while it is being read. */
export interface SitemapPagesReport {
  readonly kind: "sitemap-pages";
  readonly id: number;
  readonly attempt: number;
  readonly urls: readonly string[];
}

export interface SitemapReport {
  readonly kind: "sitemap";
  readonly id: number;
  readonly attempt: number;
  readonly facts: SitemapFacts;
  /** Sitemaps that a sitemap index names. */
  readonly sitemaps: readonly string[];
  readonly retry: { readonly afterMs: number | null } | null;
}

export type TaskReport = PageReport | RobotsReport | SitemapPagesReport | SitemapReport;

/** What everything but `start` answers on a crawl that does not exist, or not any more. */
export const gone = "gone";
export type Gone = typeof gone;
