import { z } from "zod";
import { type Category, categories, type Rule, type Severity } from "./rules/rule.ts";

/** Raised when the same tallies may give another score: scores of different versions do not compare. */
export const scoreVersion = 1;

/** Our own choice, explained in docs/scores.md: an error counts as much as three warnings and a bit, an info never costs points. */
const weights: Readonly<Record<Severity, number>> = { error: 10, warning: 3, info: 0 };

// The evidence for these rules is disputed: they advise, and their own score is shown beside the overall one.
const outsideOverall: ReadonlySet<Category> = new Set<Category>(["ai-content"]);

/** What one rule found in one audit: how many pages (or sites) it had to check, and how many of them failed. */
export interface Tally {
  readonly checked: number;
  readonly failing: number;
}

/** What is stored with a completed audit, by rule id: the tallies, each with the version of the rule that judged. */
export const StoredTallies = z.record(z.string(), z.object({ version: z.int(), checked: z.int(), failing: z.int() }));
export type StoredTallies = z.infer<typeof StoredTallies>;

/** The tallies of a row; none for an audit that did not complete. */
export const readTallies = (stored: unknown): StoredTallies => StoredTallies.nullable().parse(stored) ?? {};

export interface AuditScores {
  /** 0–100; null when nothing that weighs was checked. */
  readonly overall: number | null;
  /** One score for each category that has a rule. */
  readonly byCategory: Readonly<Partial<Record<Category, number | null>>>;
}

type ScoredRule = Pick<Rule, "id" | "category" | "severity">;

/**
 * Scores an audit by the formula of docs/scores.md: 100 × the weighted mean, over the rules with something to check, of the share that passes.
 * A rule weighs by its own severity, also where single findings were raised or lowered.
 * @param tallies by rule id; a rule without a tally, or with nothing checked, does not count
 */
export function scoreAudit(tallies: Readonly<Record<string, Tally>>, rules: readonly ScoredRule[]): AuditScores {
  const inCategory = (category: Category) => rules.filter((rule) => rule.category === category);
  const present = categories.filter((category) => inCategory(category).length > 0);
  return {
    overall: score(
      tallies,
      rules.filter(({ category }) => !outsideOverall.has(category)),
    ),
    byCategory: Object.fromEntries(present.map((category) => [category, score(tallies, inCategory(category))])),
  };
}

function score(tallies: Readonly<Record<string, Tally>>, rules: readonly ScoredRule[]): number | null {
  let passed = 0;
  let total = 0;
  for (const { id, severity } of rules) {
    const { checked, failing } = tallies[id] ?? { checked: 0, failing: 0 };
    if (checked === 0) continue;
    passed += weights[severity] * (1 - failing / checked);
    total += weights[severity];
  }
  return total === 0 ? null : Math.round((100 * passed) / total);
}
