import type { Regression, Suspicion } from "./schemas.ts";

/** What a second look found: a page that fails a rule; null for the site itself. */
export interface StillFailing {
  readonly ruleId: string;
  readonly pageUrl: string | null;
}

/** What of a suspicion holds at a second look: only rules that fail again, with the pages on which they do. Null when nothing does. */
export function confirm({ rules, ...suspicion }: Suspicion, found: readonly StillFailing[], confirmedAt: number): Regression | null {
  const failing = new Set(found.map(({ ruleId, pageUrl }) => keyOf(ruleId, pageUrl)));
  const confirmed = rules.flatMap(({ examples, ...rule }) => {
    if (examples.length === 0) return failing.has(keyOf(rule.ruleId, null)) ? [{ ...rule, examples }] : [];
    const still = examples.filter((page) => failing.has(keyOf(rule.ruleId, page)));
    return still.length === 0 ? [] : [{ ...rule, examples: still }];
  });
  return confirmed.length === 0 ? null : { ...suspicion, rules: confirmed, confirmedAt };
}

const keyOf = (ruleId: string, pageUrl: string | null): string => `${ruleId} ${pageUrl ?? ""}`;
