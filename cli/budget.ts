import type { Audit } from "../shared/audits/index.ts";

/** What an audit must reach for the command to succeed. */
export interface Budget {
  /** The lowest overall score that passes. */
  readonly failUnder: number | undefined;
  /** The most findings of severity error that pass. */
  readonly maxErrors: number | undefined;
}

/** Every budget that an audit missed, as a sentence. A score that does not exist cannot reach one. */
export function missedBudgets({ scores, counts }: Pick<Audit, "scores" | "counts">, { failUnder, maxErrors }: Budget): string[] {
  const missed: string[] = [];
  const score = scores?.overall ?? null;
  if (failUnder !== undefined && score === null) missed.push(`There is no score, because there was nothing to check; --fail-under asks for ${failUnder}.`);
  if (failUnder !== undefined && score !== null && score < failUnder) missed.push(`The score is ${score}; --fail-under asks for ${failUnder}.`);
  if (maxErrors !== undefined && counts.error > maxErrors) {
    missed.push(`There ${counts.error === 1 ? "is 1 error" : `are ${counts.error} errors`}; --max-errors allows ${maxErrors}.`);
  }
  return missed;
}
