import type { Severity } from "./rules/rule.ts";
import type { Tally } from "./score.ts";

type Tallies = Readonly<Record<string, Tally>>;

/** What changed from one audit of a site to the next: ids of rules, in the order of the catalogue. */
export interface FindingChanges {
  /** Some page fails, and none did when the rule was last checked, or nobody looked before. */
  readonly opened: readonly string[];
  /** Pages failed before, and of those that were checked now none does. */
  readonly fixed: readonly string[];
}

/** What audits say together of each rule: what the last one says that checked it. @param past newest first */
export function lastChecked<T extends Tally>(past: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  return Object.assign({}, ...past.toReversed().map((tallies) => Object.fromEntries(Object.entries(tallies).filter(([, { checked }]) => checked > 0))));
}

/** What an audit is compared with. */
export interface Before {
  /** What the audits before say together (`lastChecked`). */
  readonly tallies: Tallies;
  /** Whether they had the options of this one, and so looked at the same. */
  readonly hasSameOptions: boolean;
}

interface ComparedRule {
  readonly id: string;
  readonly severity: Severity;
}

/**
 * Compares the tallies of an audit with what those before it say; null where there is none. What was not checked now is not fixed, nor is what audits with
 * other options found: they may have looked at other pages. A rule that only informs opens no finding, and so has none to be fixed.
 */
export function compareTallies(before: Before | null, now: Tallies, rules: readonly ComparedRule[]): FindingChanges {
  const judging = rules.filter(({ severity }) => severity !== "info").map(({ id }) => ({ id, failed: failing(before?.tallies[id]), tally: now[id] }));
  return {
    opened: judging.filter(({ failed, tally }) => failed === 0 && failing(tally) > 0).map(({ id }) => id),
    fixed: judging
      .filter(({ failed, tally }) => before?.hasSameOptions === true && failed > 0 && (tally?.checked ?? 0) > 0 && failing(tally) === 0)
      .map(({ id }) => id),
  };
}

const failing = (tally: Tally | undefined): number => tally?.failing ?? 0;

/** What an audit says of one rule; null for a rule that it does not know. */
export interface PastTally {
  readonly at: number;
  readonly checked: number | null;
  readonly failing: number | null;
}

/**
 * Since when a rule has failed without a break, ms since 1970: `at` of the oldest audit of those in a row in which some page failed.
 * @param past audits before now, newest first; one that did not check the rule does not end the row
 * @returns null when the newest that checked it found nothing
 */
export function failingSince(past: readonly PastTally[]): number | null {
  let since: number | null = null;
  for (const { at, checked, failing: failed } of past) {
    if ((failed ?? 0) > 0) since = at;
    else if ((checked ?? 0) > 0) break;
  }
  return since;
}
