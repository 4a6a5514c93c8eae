import { and, asc, eq, isNotNull, isNull } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { audits, findings } from "../db/schema/index.ts";
import { type AuditOfWorkspace, findPast } from "./audits-before.ts";
import { failingSince } from "./compare-tallies.ts";
import { ruleById } from "./rules/catalogue.ts";
import type { Category, Severity } from "./rules/rule.ts";
import { readTallies } from "./score.ts";

/** What a rule says of a whole site, as an audit found it. */
export interface SiteFinding {
  /** Where the audit started. */
  readonly url: string;
  readonly category: Category;
  readonly severity: Severity;
  /** Names the problem, in English. */
  readonly title: string;
  /** Pages that fail, and how many were checked. */
  readonly pages: number;
  readonly checked: number;
  /** Pages that failed in the last audit before that checked it; null for the first audit of the address. */
  readonly pagesBefore: number | null;
  /** Addresses of some pages that fail; where none does any more, of some that did. */
  readonly examples: readonly string[];
  /** When the first audit in a row found it, ms since 1970. */
  readonly since: number;
}

const mostExamples = 10;

/** A finding of an audit, with what the audits before say of it; null when the audit is deleted or the rule is gone. */
export async function describeFinding(db: Database, { ruleId, ...of }: AuditOfWorkspace & { readonly ruleId: string }): Promise<SiteFinding | null> {
  const rule = ruleById(ruleId);
  const where = and(eq(audits.id, of.auditId), eq(audits.workspaceId, of.workspaceId), isNull(audits.deletedAt));
  const audit = await db.query.audits.findFirst({ where, columns: { url: true, tallies: true, finishedAt: true, createdAt: true } });
  if (rule === undefined || audit === undefined) return null;
  const past = await findPast(db, of, ruleId);
  const before = past.find((audit) => (audit.checked ?? 0) > 0);
  const { checked, failing: pages } = readTallies(audit.tallies)[ruleId] ?? { checked: 0, failing: 0 };
  return {
    url: audit.url,
    category: rule.category,
    severity: rule.severity,
    title: rule.text.en.title,
    pages,
    checked,
    pagesBefore: past.length === 0 ? null : (before?.failing ?? 0),
    examples: await findExamples(db, { ...of, auditId: pages > 0 ? of.auditId : (before?.id ?? of.auditId) }, ruleId),
    since: failingSince(past) ?? audit.finishedAt ?? audit.createdAt,
  };
}

async function findExamples(db: Database, { auditId, workspaceId }: AuditOfWorkspace, ruleId: string): Promise<string[]> {
  const rows = await db
    .select({ pageUrl: findings.pageUrl })
    .from(findings)
    .where(and(eq(findings.auditId, auditId), eq(findings.workspaceId, workspaceId), eq(findings.ruleId, ruleId), isNotNull(findings.pageUrl)))
    .orderBy(asc(findings.ordinal))
    .limit(mostExamples);
  return rows.flatMap(({ pageUrl }) => pageUrl ?? []);
}
