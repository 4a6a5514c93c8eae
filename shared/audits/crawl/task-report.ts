import type { RobotsFacts, SitemapFacts } from "../facts/site-facts.ts";
import type { Severity, Values } from "../rules/rule.ts";

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

/** What everything but `start` and `clear` answers on a crawl that does not exist, or not any more. */
export const gone = "gone";
export type Gone = typeof gone;
