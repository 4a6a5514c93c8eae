import type { SiteFacts } from "../facts/site-facts.ts";
import { rules } from "../rules/catalogue.ts";
import { maxEvidence, type Rule, type Severity, type SqlRule, severities } from "../rules/rule.ts";
import type { CrawlState } from "./crawl-state.ts";
import type { FactsStore } from "./facts-store.ts";
import { toFinding } from "./judge-page.ts";
import type { JudgedFinding } from "./task-report.ts";

/** Where the site-wide rules stand: those that are done, the one under way, and the last page that one has judged. */
export type JudgeCursor = Pick<CrawlState, "judgedRules" | "judgingRule" | "judgedPage">;

const siteWide = rules.filter((rule) => rule.kind !== "page");
/** Rows one slice may produce: a slice must stay far below the CPU limit of an alarm. */
const sliceRows = 500;

/**
 * Judges one slice of the site-wide rules; call it in a transaction together with storing the answer.
 * Returns the cursor of the next slice, or null when all rules are done.
 */
export function judgeSlice(sql: SqlStorage, store: FactsStore, startUrl: string, cursor: JudgeCursor): JudgeCursor | null {
  const resumed = siteWide.find(({ id }) => id === cursor.judgingRule);
  const rule = resumed ?? siteWide.find(({ id }) => !cursor.judgedRules.includes(id));
  if (rule === undefined) return null;
  const next: JudgeCursor = { judgedRules: [...cursor.judgedRules, rule.id], judgingRule: null, judgedPage: 0 };
  if (rule.kind === "site") {
    judgeSite(rule, store, store.site(startUrl));
    return next;
  }
  const after = resumed === undefined ? 0 : cursor.judgedPage;
  if (after === 0) store.tally(rule.id, countChecked(sql, rule), 0);
  const rows = sql.exec(`SELECT * FROM (${rule.sql}) WHERE page_id > ? ORDER BY page_id LIMIT ?`, after, sliceRows).toArray();
  for (const row of rows) store.addFinding(fromRow(rule, row), Number(row.page_id));
  store.tally(rule.id, 0, rows.length);
  return rows.length < sliceRows ? next : { judgedRules: cursor.judgedRules, judgingRule: rule.id, judgedPage: Number(rows.at(-1)?.page_id) };
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
  return { ruleId: rule.id, severity: severityOf(severity, rule), values, evidence: list.slice(0, maxEvidence), evidenceTotal: Number(total ?? list.length) };
}

function severityOf(value: SqlStorageValue | undefined, rule: SqlRule): Severity {
  return severities.find((severity) => severity === value) ?? rule.severity;
}
