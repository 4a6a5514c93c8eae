import type { PageFacts } from "../facts/page-facts.ts";
import { pageRules } from "../rules/page-rules.ts";
import { type Found, maxEvidence, type Rule } from "../rules/rule.ts";
import type { JudgedFinding, Judgement } from "./task-report.ts";

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

/** A verdict as the crawl keeps it. */
export function toFinding(rule: Rule, { evidence, values = {}, severity = rule.severity }: Found): JudgedFinding {
  return { ruleId: rule.id, severity, values, evidence: evidence.slice(0, maxEvidence), evidenceTotal: evidence.length };
}
