import manifest from "../../../package.json" with { type: "json" };
import type { Language } from "../../platform/index.ts";
import { type Context, requirePermission } from "../../platform/index.ts";
import { ruleById, rules } from "../rules/catalogue.ts";
import { severities } from "../rules/rule.ts";
import { ruleInfo } from "../rules/rule-info.ts";
import type { Audit, RuleInfo } from "../schemas.ts";
import { notesOf } from "./notes.ts";
import { countPages, type PageGroup, type RuleFindings, readBasis, readFindings, readSlowest } from "./read-report.ts";
import type { Report, ReportedPages, ReportedRule } from "./schemas.ts";

/**
 * What an audit found, for people and for programs. Its size is bounded whatever the audit's: the database counts and picks,
 * nothing loads all pages or all findings. An audit that has not ended gives what is known so far, and a note that says so.
 * Throws `forbidden`, and `not_found` for an audit that is deleted or in another workspace.
 */
export async function getReport(ctx: Context, auditId: string, language: Language): Promise<Report> {
  requirePermission(ctx, "audits:read");
  const [{ audit, options, tallies, abandonedOrigins, factsPurgedAt }, groups, slowest, found] = await Promise.all([
    readBasis(ctx, auditId),
    countPages(ctx, auditId),
    readSlowest(ctx, auditId),
    readFindings(ctx, auditId, language),
  ]);
  const pagesAreKept = factsPurgedAt === null;
  const pages = pagesAreKept ? summary(groups) : countsOf(audit);
  const tallied = tallies ?? {};
  const failing = new Set(found.map(({ ruleId }) => ruleId));
  const clean = rules.filter(({ id }) => !failing.has(id)).map(({ id, category, text }) => ({ id, title: text[language].title, category }));
  const wasChecked = ({ id }: { id: string }): boolean => (tallied[id]?.checked ?? 0) > 0;

  return {
    formatVersion: 1,
    generatedAt: ctx.now(),
    language,
    mentha: manifest.version,
    audit,
    pages,
    rules: found
      .map((one) => ({
        ...withoutId(one),
        rule: infoOf(one, language),
        ...(tallied[one.ruleId] ?? { checked: one.findingsTotal, failing: one.findingsTotal }),
      }))
      .sort(byHarm),
    passed: clean.filter(wasChecked),
    notChecked: clean.filter((rule) => !wasChecked(rule)),
    slowest,
    notes: notesOf(
      {
        ...options,
        abandonedOrigins: abandonedOrigins ?? [],
        status: audit.status,
        pagesAreKept,
        // As the crawl counts against its limit: redirects and files are free, error pages are not.
        pages: countWhere(groups, ({ outcome, status }) => outcome === "html" || outcome === "failed" || (status ?? 0) >= 400),
        fetched: pages.total - pages.redirects,
        unfetched: Math.max(0, audit.progress.discovered - pages.total),
      },
      language,
    ),
  };
}

const countWhere = (groups: readonly PageGroup[], wanted: (group: PageGroup) => boolean): number =>
  groups.filter(wanted).reduce((sum, { count }) => sum + count, 0);

function summary(groups: readonly PageGroup[]): ReportedPages {
  const statuses = Map.groupBy(groups, ({ status }) => status);
  return {
    total: countWhere(groups, () => true),
    byStatus: [...statuses].map(([status, some]) => ({ status, count: countWhere(some, () => true) })),
    redirects: countWhere(groups, ({ outcome }) => outcome === "redirect"),
    failed: countWhere(groups, ({ outcome }) => outcome === "failed"),
  };
}

/** What an audit itself knows of its pages, once they are no longer kept one by one. */
const countsOf = ({ progress: { fetched, failed } }: Audit): ReportedPages => ({ total: fetched + failed, byStatus: [], redirects: 0, failed });

const withoutId = ({ severity, findings, findingsTotal }: RuleFindings) => ({ severity, findings, findingsTotal });

const harm = ({ severity, findingsTotal }: ReportedRule): readonly [number, number] => [severities.indexOf(severity), -findingsTotal];

/** Errors before warnings before info, then the most frequent first, then by id so that equal reports are equal. */
function byHarm(a: ReportedRule, b: ReportedRule): number {
  const [severityA, countA] = harm(a);
  const [severityB, countB] = harm(b);
  return severityA - severityB || countA - countB || (a.rule.id < b.rule.id ? -1 : 1);
}

/** A rule can be withdrawn after an audit: its findings stay, under its bare id. */
function infoOf({ ruleId, findings: [first] }: RuleFindings, language: Language): RuleInfo {
  const rule = ruleById(ruleId);
  if (rule !== undefined) return ruleInfo(rule, language);
  const { category = "content", severity = "info", ruleVersion: version = 1 } = first ?? {};
  return { id: ruleId, category, severity, scope: "page", version, title: ruleId, why: "", fix: "", sources: [] };
}
