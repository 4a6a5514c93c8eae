import { z } from "zod";
import { Count, languages, Millis, Text } from "../../platform/index.ts";
import { categories, severities } from "../rules/rule.ts";
import { Audit, Finding, Page, RuleInfo } from "../schemas.ts";

/** Findings shown per rule; `findingsTotal` counts them all. */
export const findingsPerRule = 20;
/** Evidence shown per finding: a report of every rule must fit in an isolate, however long a site's addresses are. */
export const evidencePerFinding = 5;
export const slowestPages = 5;

const RuleName = z.object({ id: Text(100), title: Text(300), category: z.enum(categories) });

export const ReportedRule = z
  .object({
    rule: RuleInfo,
    checked: Count.describe("Pages (or sites) this rule had something to check on"),
    failing: Count.describe("Of these, how many failed"),
    severity: z.enum(severities).describe("The worst of its findings"),
    findings: z.array(Finding).max(findingsPerRule).describe("The first ones, worst first, each with at most five pieces of evidence"),
    findingsTotal: Count,
  })
  .meta({ id: "ReportedRule" });
export type ReportedRule = z.infer<typeof ReportedRule>;

export const ReportedPages = z
  .object({
    total: Count,
    byStatus: z
      .array(z.object({ status: z.int().min(100).max(999).nullable().describe("Null: nothing answered"), count: Count }))
      .max(900)
      .describe("How many addresses answered with which HTTP status"),
    redirects: Count,
    failed: Count,
  })
  .meta({ id: "ReportedPages" });
export type ReportedPages = z.infer<typeof ReportedPages>;

export const Report = z
  .object({
    formatVersion: z.literal(1),
    generatedAt: Millis,
    language: z.enum(languages),
    mentha: Text(50).describe("Version of Mentha that wrote this"),
    audit: Audit,
    pages: ReportedPages,
    rules: z.array(ReportedRule).max(1_000).describe("Rules with findings: errors first, then by how many findings"),
    passed: z.array(RuleName).max(1_000).describe("Rules that found nothing wrong"),
    notChecked: z.array(RuleName).max(1_000).describe("Rules that had nothing to check; they move no score"),
    slowest: z.array(Page).max(slowestPages).describe("The HTML pages that took longest, slowest first"),
    notes: z.array(Text(1_000)).max(20).describe("What this audit did not look at"),
  })
  .meta({ id: "Report" });
export type Report = z.infer<typeof Report>;
