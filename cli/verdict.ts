import type { ApiClient } from "../client/index.ts";
import type { Report } from "../shared/audits/index.ts";
import { baselineOf, baselineText } from "./baseline/baseline-file.ts";
import { type Comparison, compare } from "./baseline/compare.ts";
import { comparisonText } from "./baseline/comparison-text.ts";
import { asksForSomething } from "./budget/budget.ts";
import { missedBudgets, type Tally, tallyFor } from "./budget/missed-budgets.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { replaceText } from "./files/writing.ts";
import { readFindings, type SeenFinding } from "./findings.ts";
import type { Goals } from "./goals.ts";
import { type Terminal, write } from "./terminal.ts";

/** The findings that the goals need one by one; `undefined` when the audit's own counts will do, since a large site has many. */
export async function findingsFor(goals: Goals, client: ApiClient, { audit }: Report, signal: AbortSignal): Promise<readonly SeenFinding[] | undefined> {
  const needed = goals.baseline !== undefined || goals.writeTo !== undefined || goals.budget.rules.size > 0;
  return needed ? readFindings(client, audit, signal) : undefined;
}

/** Writes the baseline, says on stderr what is new and what was missed, and answers with the exit code. */
export async function conclude(goals: Goals, report: Report, findings: readonly SeenFinding[] | undefined, { stderr }: Terminal): Promise<ExitCode> {
  const { budget, baseline, writeTo } = goals;
  if (writeTo !== undefined && findings !== undefined) await keep(writeTo, report, findings, stderr);
  const comparison = baseline === undefined || findings === undefined ? undefined : compare(findings, baseline.known);
  if (baseline !== undefined && comparison !== undefined) await write(stderr, comparisonText(comparison, baseline.file));
  const missed = missedBudgets({ report, tally: tallyOf(goals, report, findings, comparison), onlyNew: comparison !== undefined }, budget);
  for (const sentence of missed) await write(stderr, `Budget missed: ${sentence}\n`);
  if (missed.length > 0) return exitCodes.budgetMissed;
  if (asksForSomething(budget)) await write(stderr, "The budget was met.\n");
  return exitCodes.passed;
}

async function keep(file: string, { audit, generatedAt }: Report, findings: readonly SeenFinding[], stderr: Terminal["stderr"]): Promise<void> {
  await replaceText("baseline", file, baselineText(baselineOf(audit, findings, generatedAt)));
  await write(stderr, `The baseline is in ${file}: ${findings.length} ${findings.length === 1 ? "finding" : "findings"}\n`);
}

function tallyOf(goals: Goals, { audit }: Report, findings: readonly SeenFinding[] | undefined, comparison: Comparison | undefined): Tally {
  const counted = comparison?.fresh ?? findings;
  return counted === undefined ? { counts: audit.counts, ofRule: new Map() } : tallyFor(goals.budget, counted);
}
