import { ruleById } from "../rules/catalogue.ts";
import type { StoredTallies } from "../score.ts";

/** Rules that judge whatever answers: any answer is a look at what they found. */
export const judgeAnswers: ReadonlySet<string> = new Set(["http-4xx", "http-5xx", "fetch-timeout", "redirect-chain", "redirect-loop", "redirect-to-error"]);

/** Rules that hold a page against others, which are their evidence: those have to be looked at too. */
export const comparePages: ReadonlySet<string> = new Set([
  "canonical-to-redirect",
  "canonical-to-error",
  "canonical-to-noindex",
  "title-duplicate",
  "description-duplicate",
  "broken-internal-link",
  "link-to-redirect",
]);

/** Rules about what sitemaps list: while one cannot be read, nobody knows what it lists. */
export const needSitemaps: ReadonlySet<string> = new Set(["sitemap-member-4xx", "sitemap-member-redirect"]);
const ofSitemaps = ["sitemap-missing", "sitemap-invalid"];

/** The rules that an audit judged again, each as `ruleKey`, by what else it takes for a finding of theirs to be fixed. */
export interface RecheckedRules {
  /** About the site, and about answers: any answer of the page. */
  readonly byAnswer: readonly string[];
  /** About what a page says: the page, or that it is gone for good. */
  readonly byPage: readonly string[];
  /** The same, and the pages that it was held against. */
  readonly byPages: readonly string[];
}

/** A rule as it judged: what another version of it found is not judged again by this one. */
const ruleKey = (ruleId: string, version: number): string => `${ruleId}@${version}`;

/** What an audit judged again: a rule that checked nothing says nothing. */
export function recheckedRules(tallies: StoredTallies): RecheckedRules {
  const lacksSitemaps = ofSitemaps.some((id) => (tallies[id]?.failing ?? 0) > 0);
  const checked = Object.entries(tallies).filter(([id, tally]) => tally.checked > 0 && !(lacksSitemaps && needSitemaps.has(id)));
  const keysOf = (holds: (id: string) => boolean) => checked.filter(([id]) => holds(id)).map(([id, { version }]) => ruleKey(id, version));
  const byAnswer = (id: string): boolean => judgeAnswers.has(id) || ruleById(id)?.scope === "site";
  return {
    byAnswer: keysOf(byAnswer),
    byPage: keysOf((id) => !byAnswer(id) && !comparePages.has(id)),
    byPages: keysOf((id) => comparePages.has(id)),
  };
}
