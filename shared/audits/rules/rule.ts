import type { Language } from "../../platform/index.ts";
import type { PageFacts } from "../facts/page-facts.ts";
import type { SiteFacts } from "../facts/site-facts.ts";

export const categories = [
  "indexability",
  "content",
  "links",
  "sitemaps",
  "international",
  "mobile",
  "images",
  "urls",
  "structured-data",
  "security",
  "performance",
  "ai-access",
  "ai-content",
] as const;
export type Category = (typeof categories)[number];

export const severities = ["error", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

export interface RuleText {
  /** Names the problem, not the check: "Images without alternative text". */
  readonly title: string;
  /** One sentence with the numbers of one finding; `{n}` is the evidence total, other `{names}` come from the finding's values. */
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

interface RuleBase {
  readonly id: string;
  readonly category: Category;
  readonly severity: Severity;
  /** The severity of its gravest findings, where some weigh more than the rule. */
  readonly gravest?: Severity;
  /** What a finding is about. */
  readonly scope: "page" | "site";
  /** Raised when the same facts may be judged differently than before. */
  readonly version: number;
  readonly sources: readonly { readonly url: string; readonly checked: string }[];
  readonly text: Readonly<Record<Language, RuleText>>;
}

/** Fills a message template; numbers and strings only. */
export type Values = Readonly<Record<string, string | number>>;

/** A failed check: what was seen (at most 20 items are kept, all are counted) and what the message needs beside `{n}`. */
export interface Found {
  readonly evidence: readonly string[];
  readonly values?: Values;
  /** When one finding weighs differently than its rule. */
  readonly severity?: Severity;
}

/** `not-applicable` means there was nothing to check: it moves no score. */
export type Verdict = "pass" | "not-applicable" | Found;

/** Judges the facts of one page, in the consumer that fetched it. */
export interface PageRule extends RuleBase {
  readonly kind: "page";
  readonly check: (facts: PageFacts) => Verdict;
}

/** Judges the site's own files once, at the end. */
export interface SiteRule extends RuleBase {
  readonly kind: "site";
  readonly check: (facts: SiteFacts) => Verdict;
}

/**
 * Judges all pages at the end, as one statement over the tables of `crawl/tables.ts`.
 * `sql` answers one row per finding: `page_id` (unique, not null), `evidence` (JSON array of strings), optionally
 * `evidence_total`, `severity`, and further columns that become the message's values.
 * `checkedSql` answers one row with one column: how many pages there were to check.
 */
export interface SqlRule extends RuleBase {
  readonly kind: "sql";
  readonly sql: string;
  readonly checkedSql: string;
}

export type Rule = PageRule | SiteRule | SqlRule;

export const pageRule = (rule: Omit<PageRule, "kind" | "scope">): PageRule => ({ kind: "page", scope: "page", ...rule });
export const siteRule = (rule: Omit<SiteRule, "kind" | "scope">): SiteRule => ({ kind: "site", scope: "site", ...rule });
export const sqlRule = (rule: Omit<SqlRule, "kind" | "scope">): SqlRule => ({ kind: "sql", scope: "page", ...rule });

export const maxEvidence = 20;

/** A verdict from a list: nothing to check, nothing wrong, or these. */
export function foundIn(checked: number, evidence: readonly string[], values: Values = {}): Verdict {
  if (checked === 0) return "not-applicable";
  return evidence.length === 0 ? "pass" : { evidence, values };
}

/** The message of a finding in one language. */
export function renderMessage(text: RuleText, values: Values, evidenceTotal: number): string {
  return text.message.replace(/\{(\w+)\}/g, (whole, name: string) => String(name === "n" ? evidenceTotal : (values[name] ?? whole)));
}
