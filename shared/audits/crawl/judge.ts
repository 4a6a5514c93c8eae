import { cut } from "../facts/html/folded-text.ts";
import type { PageFacts } from "../facts/page-facts.ts";
import type { SiteFacts } from "../facts/site-facts.ts";
import { rules } from "../rules/catalogue.ts";
import { pageRules } from "../rules/page-rules.ts";
import { type Found, maxEvidence, type Rule, type Severity, type SqlRule, severities } from "../rules/rule.ts";
import type { FactsStore } from "./facts-store.ts";
import type { JudgedFinding, Judgement } from "./messages.ts";

/** What the page rules say of one page. */
export function judgePage(facts: PageFacts): Judgement {
  const checked: string[] = [];
  const findings: JudgedFinding[] = [];
  for (const rule of pageRules) {
    const verdict = rule.check(facts);
    if (verdict === "not-applicable") continue;
    checked.push(rule.id);
    if (verdict !== "pass") findings.push(toFinding(rule, verdict));
  }
  return { checked, findings };
}

function toFinding(rule: Rule, { evidence, values = {}, severity = rule.severity }: Found): JudgedFinding {
  return bounded({ ruleId: rule.id, severity, values, evidence, evidenceTotal: evidence.length });
}

/** What sites write has any length; these stay below what the wire schema of a finding allows. */
const maxEvidenceCharacters = 2_000;
const maxValueCharacters = 300;

function bounded(finding: JudgedFinding): JudgedFinding {
  const values = Object.entries(finding.values).map(([name, value]) => [name, typeof value === "string" ? cut(value, maxValueCharacters) : value]);
  const evidence = finding.evidence.slice(0, maxEvidence).map((text) => cut(text, maxEvidenceCharacters));
  return { ...finding, values: Object.fromEntries(values), evidence };
}

/** Where the site-wide rules stand: the index of the next rule in `siteWide`, and the last page that rule has judged. */
export interface JudgeCursor {
  readonly ruleIndex: number;
  readonly judgedPage: number;
}

const siteWide = rules.filter((rule) => rule.kind !== "page");
/** Rows one slice may produce: a slice must stay far below the CPU limit of an alarm. */
const sliceRows = 500;

/**
 * Judges one slice of the site-wide rules; call it in a transaction together with storing the answer.
 * Returns the cursor of the next slice, or null when all rules are done.
 */
export function judgeSlice(sql: SqlStorage, store: FactsStore, startUrl: string, cursor: JudgeCursor): JudgeCursor | null {
  const rule = siteWide[cursor.ruleIndex];
  if (rule === undefined) return null;
  const next = { ruleIndex: cursor.ruleIndex + 1, judgedPage: 0 };
  if (rule.kind === "site") {
    judgeSite(rule, store, store.site(startUrl));
    return next;
  }
  if (cursor.judgedPage === 0) store.tally(rule.id, countChecked(sql, rule), 0);
  const rows = sql.exec(`SELECT * FROM (${rule.sql}) WHERE page_id > ? ORDER BY page_id LIMIT ?`, cursor.judgedPage, sliceRows).toArray();
  for (const row of rows) store.addFinding(fromRow(rule, row), Number(row.page_id));
  store.tally(rule.id, 0, rows.length);
  return rows.length < sliceRows ? next : { ...cursor, judgedPage: Number(rows.at(-1)?.page_id) };
}

function judgeSite(rule: Extract<Rule, { kind: "site" }>, store: FactsStore, facts: SiteFacts): void {
  const verdict = rule.check(facts);
  if (verdict === "not-applicable") return;
  store.tally(rule.id, 1, verdict === "pass" ? 0 : 1);
  if (verdict !== "pass") store.addFinding(toFinding(rule, verdict), null);
}

function countChecked(sql: SqlStorage, rule: SqlRule): number {
  return Number(Object.values(sql.exec(rule.checkedSql).one())[0] ?? 0);
}

function fromRow(rule: SqlRule, row: Record<string, SqlStorageValue>): JudgedFinding {
  const { page_id: _page, evidence, evidence_total: total, severity, ...columns } = row;
  const items: unknown = JSON.parse(typeof evidence === "string" ? evidence : "[]");
  const list = Array.isArray(items) ? items.map(String) : [];
  const values = Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [name, typeof value === "string" || typeof value === "number" ? value : ""]),
  );
  return bounded({ ruleId: rule.id, severity: severityOf(severity, rule), values, evidence: list, evidenceTotal: Number(total ?? list.length) });
}

function severityOf(value: SqlStorageValue | undefined, rule: SqlRule): Severity {
  return severities.find((severity) => severity === value) ?? rule.severity;
}
