import type { Language } from "../platform/index.ts";
import { AppError } from "../platform/index.ts";
import { ruleById, rules } from "./rules/catalogue.ts";
import { ruleInfo } from "./rules/rule-info.ts";
import type { RuleInfo } from "./schemas.ts";

/** Every rule, in the order of the catalogue. */
export function listRules(language: Language): RuleInfo[] {
  return rules.map((rule) => ruleInfo(rule, language));
}

/** @throws AppError `not_found` */
export function getRule(ruleId: string, language: Language): RuleInfo {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new AppError("not_found", "There is no such rule.");
  return ruleInfo(rule, language);
}
