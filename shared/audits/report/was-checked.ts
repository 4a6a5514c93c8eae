import type { Category } from "../rules/rule.ts";
import type { Report } from "./schemas.ts";

/** Whether a rule of a category had something to check. A category without a score of which this is true has only rules that weigh nothing. */
export function wasChecked({ rules, passed }: Report, category: Category): boolean {
  return rules.some(({ rule }) => rule.category === category) || passed.some((rule) => rule.category === category);
}
