import { and, asc, count, desc, eq, getTableColumns, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { auditPages, findings } from "../../db/schema/index.ts";
import type { Context, Language } from "../../platform/index.ts";
import { CrawlOptions } from "../crawl/crawl-options.ts";
import { findAgainst, withStates } from "../history/states.ts";
import { findAudit, toAudit, toFinding, toPage } from "../queries.ts";
import { type Severity, severities } from "../rules/rule.ts";
import type { Audit, Finding, Page } from "../schemas.ts";
import { StoredTallies } from "../score.ts";
import { evidencePerFinding, findingsPerRule, slowestPages } from "./schemas.ts";

/** What is stored with an audit and matters to a report. */
const Basis = z.object({
  options: CrawlOptions,
  tallies: StoredTallies.nullable(),
  abandonedOrigins: z.array(z.string()).nullable(),
  factsPurgedAt: z.int().nullable(),
});
type Basis = z.infer<typeof Basis>;

/** The audit with its options and tallies; `not_found` when it is deleted or in another workspace. */
export async function readBasis(ctx: Context, auditId: string): Promise<Basis & { audit: Audit }> {
  const row = await findAudit(ctx, auditId);
  return { audit: toAudit(row), ...Basis.parse(row) };
}

const pagesOf = (ctx: Context, auditId: string) => and(eq(auditPages.auditId, auditId), eq(auditPages.workspaceId, ctx.workspaceId));
const findingsOf = (ctx: Context, auditId: string) => and(eq(findings.auditId, auditId), eq(findings.workspaceId, ctx.workspaceId));

export interface PageGroup {
  readonly status: number | null;
  readonly outcome: Page["outcome"];
  readonly count: number;
}

/** How many pages there are of each HTTP status and outcome, lowest status first. */
export async function countPages(ctx: Context, auditId: string): Promise<PageGroup[]> {
  return ctx.db
    .select({ status: auditPages.status, outcome: auditPages.outcome, count: count() })
    .from(auditPages)
    .where(pagesOf(ctx, auditId))
    .groupBy(auditPages.status, auditPages.outcome)
    .orderBy(sql`${auditPages.status} is null`, auditPages.status);
}

export async function readSlowest(ctx: Context, auditId: string): Promise<Page[]> {
  const rows = await ctx.db
    .select()
    .from(auditPages)
    .where(and(pagesOf(ctx, auditId), eq(auditPages.outcome, "html")))
    .orderBy(desc(auditPages.totalMs), asc(auditPages.ordinal))
    .limit(slowestPages);
  return rows.map(toPage);
}

/** 0 for the worst severity, as a column. */
const rank = sql<number>`case ${findings.severity} when 'error' then 0 when 'warning' then 1 else 2 end`;

export interface RuleFindings {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly findingsTotal: number;
  readonly findings: Finding[];
}

/** Per rule with findings: how many, the worst severity, and the first findings, worst first. */
export async function readFindings(ctx: Context, auditId: string, language: Language): Promise<RuleFindings[]> {
  const against = await findAgainst(ctx, auditId);
  // Ranking touches no evidence, which is most of a row: only the few rows that are shown are read whole.
  const ranked = ctx.db.$with("ranked").as(
    ctx.db
      .select({
        rankedOrdinal: sql<number>`${findings.ordinal}`.as("ranked_ordinal"),
        position: sql<number>`row_number() over (partition by ${findings.ruleId} order by ${rank}, ${findings.ordinal})`.as("position"),
      })
      .from(findings)
      .where(findingsOf(ctx, auditId)),
  );
  const shownEvidence = sql<unknown>`(select json_group_array(value) from (select value from json_each(${findings.evidence}) order by key limit ${evidencePerFinding}))`;
  const [totals, rows] = await Promise.all([
    ctx.db
      .select({ ruleId: findings.ruleId, worst: sql<number>`min(${rank})`, findingsTotal: count() })
      .from(findings)
      .where(findingsOf(ctx, auditId))
      .groupBy(findings.ruleId),
    ctx.db
      .with(ranked)
      .select({ ...getTableColumns(findings), evidence: shownEvidence.mapWith(findings.evidence) })
      .from(ranked)
      .innerJoin(findings, and(findingsOf(ctx, auditId), eq(findings.ordinal, ranked.rankedOrdinal)))
      .where(lte(ranked.position, findingsPerRule))
      .orderBy(sql`${ranked.position}`),
  ]);
  const shown = Map.groupBy(
    (await withStates(ctx, against, rows)).map((row): Finding => ({ ...toFinding(row, language), state: row.state })),
    (finding) => finding.ruleId,
  );
  return totals.map(({ ruleId, worst, findingsTotal }) => ({
    ruleId,
    severity: severities[worst] ?? "info",
    findingsTotal,
    findings: shown.get(ruleId) ?? [],
  }));
}
