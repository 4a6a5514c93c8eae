import type { ApiClient } from "../client/index.ts";
import { count, type Report } from "../shared/audits/index.ts";
import { baselineOf, baselineText } from "./baseline/baseline-file.ts";
import { type Comparison, compare } from "./baseline/compare.ts";
import { comparisonText } from "./baseline/comparison-text.ts";
import { asksForSomething } from "./budget/budget.ts";
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
  if (writeTo !== undefined && findings !== undefined) await keep(writeTo, report, findings, terminal);
  const comparison = baseline === undefined || findings === undefined ? undefined : compare(findings, baseline.known);
  if (baseline !== undefined && comparison !== undefined) await tell(terminal, comparisonText(comparison, baseline.file));
  const missed = missedBudgets({ report, tally: tallyOf(goals, report, findings, comparison), onlyNew: comparison !== undefined }, budget);
  for (const sentence of missed) await tell(terminal, `Budget missed: ${sentence}`);
  if (missed.length > 0) return exitCodes.budgetMissed;
  if (asksForSomething(budget)) await tell(terminal, "The budget was met.");
  return exitCodes.passed;
}

const findingsIn = count("en", "finding", "findings");

async function keep(file: string, { audit, generatedAt }: Report, findings: readonly SeenFinding[], terminal: Terminal): Promise<void> {
  await replaceText("baseline", file, baselineText(baselineOf(audit, findings, generatedAt)));
  await tell(terminal, `The baseline is in ${file}: ${findingsIn(findings.length)}`);
}

function tallyOf(goals: Goals, { audit }: Report, findings: readonly SeenFinding[] | undefined, comparison: Comparison | undefined): Tally {
  const counted = comparison?.fresh ?? findings;
  return counted === undefined ? { counts: audit.counts, ofRule: new Map() } : tallyFor(goals.budget, counted);
}
