import { pageRules } from "./page-rules.ts";
import { categories, type Rule, type Severity } from "./rule.ts";
import { siteRules } from "./site-rules.ts";
import { sqlRules } from "./sql-rules.ts";

const all: readonly Rule[] = [...pageRules, ...siteRules, ...sqlRules];

/** Every rule, by category. */
export const rules: readonly Rule[] = categories.flatMap((category) => all.filter((rule) => rule.category === category));

const byId: ReadonlyMap<string, Rule> = new Map(rules.map((rule) => [rule.id, rule]));

/** The rule of that id; undefined when there is none, as for a finding of a rule that was retired. */
export const ruleById = (id: string): Rule | undefined => byId.get(id);

/** How much the gravest findings of a rule weigh; undefined for a rule that there is not. */
export function gravestOf(id: string): Severity | undefined {
  const rule = ruleById(id);
  return rule?.gravest ?? rule?.severity;
}
