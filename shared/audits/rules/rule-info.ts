import type { Language } from "../../platform/index.ts";
import type { RuleInfo } from "../schemas.ts";
import type { Rule } from "./rule.ts";

/** A rule as people read it, in one language: without its check, which is code. */
export function ruleInfo(rule: Rule, language: Language): RuleInfo {
  const { id, category, severity, scope, version } = rule;
  const { title, why, fix } = rule.text[language];
  return { id, category, severity, scope, version, title, why, fix, sources: [...rule.sources] };
}
