import type { ApiClient } from "../client/index.ts";
import { count, type Report } from "../shared/audits/index.ts";
import { baselineOf, baselineText } from "./baseline/baseline-file.ts";
import { beyondLimit } from "./baseline/beyond-limit.ts";
import { type Comparison, compare } from "./baseline/compare.ts";
import { comparisonText } from "./baseline/comparison-text.ts";
import { asksForSomething, asksOnlyForNothingNew } from "./budget/budget.ts";
import { missedBudgets, type Tally, tallyFor } from "./budget/missed-budgets.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { replaceText } from "./files/writing.ts";
import { readFindings, type SeenFinding } from "./findings.ts";
import type { Goals } from "./goals.ts";
import { tell } from "./tell.ts";
import type { Terminal } from "./terminal.ts";

/** The findings that the goals need one by one; `undefined` when the audit's own counts will do, since a large site has many. */
export async function findingsFor(goals: Goals, client: ApiClient, { audit }: Report, signal: AbortSignal): Promise<readonly SeenFinding[] | undefined> {
  const needed = goals.baseline !== undefined || goals.writeTo !== undefined || goals.budget.rules.size > 0;
  return needed ? readFindings(client, audit, signal) : undefined;
}

/** Writes the baseline, says on stderr what is new and what was missed, and answers with the exit code. */
export async function conclude(goals: Goals, report: Report, findings: readonly SeenFinding[] | undefined, terminal: Terminal): Promise<ExitCode> {
  const { budget, baseline, writeTo } = goals;
  if (writeTo !== undefined && findings !== undefined) await keep({ file: writeTo, maxPages: goals.maxPages }, report, findings, terminal);
  const isFirst = baseline?.known === "first";
  const comparison = comparisonFor(goals, report, findings);
  if (isFirst) await tell(terminal, `There was no ${baseline.file} yet: everything that this audit found is known from now on.`);
  else if (baseline !== undefined && comparison !== undefined) await tell(terminal, comparisonText(comparison, baseline.file));
  const missed = missedBudgets({ report, tally: tallyOf(goals, report, findings, comparison), onlyNew: comparison !== undefined }, budget);
  const isBudget = !asksOnlyForNothingNew(budget);
  for (const sentence of missed) await tell(terminal, `${isBudget ? "Budget missed" : "Failed"}: ${sentence}`);
  if (missed.length > 0) return exitCodes.budgetMissed;
  if (isBudget && asksForSomething(budget)) await tell(terminal, "The budget was met.");
  // New information passes, so there may be something new all the same.
  if (!isBudget && !isFirst) await tell(terminal, comparison?.fresh.length === 0 ? "Nothing new." : "Nothing new that counts.");
  return exitCodes.passed;
}

/** On the first audit everything is known that it found itself. */
function comparisonFor({ baseline }: Goals, { audit, generatedAt }: Report, findings: readonly SeenFinding[] | undefined): Comparison | undefined {
  if (baseline === undefined || findings === undefined) return undefined;
  return compare(findings, baseline.known === "first" ? baselineOf(audit, findings, generatedAt) : baseline.known);
}

const findingsIn = count("en", "finding", "findings");

interface Keeping {
  readonly file: string;
  readonly maxPages: number;
}

async function keep({ file, maxPages }: Keeping, report: Report, findings: readonly SeenFinding[], terminal: Terminal): Promise<void> {
  await replaceText("baseline", file, baselineText(baselineOf(report.audit, findings, report.generatedAt)));
  await tell(terminal, `The baseline is in ${file}: ${findingsIn(findings.length)}`);
  const warning = beyondLimit(report, maxPages);
  if (warning !== undefined) await tell(terminal, warning);
}

function tallyOf(goals: Goals, { audit }: Report, findings: readonly SeenFinding[] | undefined, comparison: Comparison | undefined): Tally {
  const counted = comparison?.fresh ?? findings;
  return counted === undefined ? { counts: audit.counts, ofRule: new Map() } : tallyFor(goals.budget, counted);
}
