import { type BaselineFile, readBaseline } from "./baseline/baseline-file.ts";
import { type Budget, budgetOf } from "./budget/budget.ts";
import { BudgetFile } from "./budget/budget-file.ts";
import type { AuditOptions } from "./commands/audit-options.ts";
import { UsageError } from "./errors.ts";
import { checkedJson, readJson } from "./files/json-file.ts";
import { checkReplaceable } from "./files/writing.ts";

/** What an audit will be held to. */
export interface Goals {
  readonly budget: Budget;
  readonly baseline: { readonly file: string; readonly known: BaselineFile } | undefined;
  /** Where its findings go, to be the baseline of later ones. */
  readonly writeTo: string | undefined;
}

/** Reads the budget and the baseline, before anything is audited. Throws `UsageError`, which names the file and what to write in it. */
export async function readGoals({ input, budget: { file, ...options }, baseline }: Pick<AuditOptions, "input" | "budget" | "baseline">): Promise<Goals> {
  const asks = file === undefined ? undefined : checkedJson(await readJson(file, { option: "--budget", missing: missingBudget }), BudgetFile, file);
  const budget = budgetOf({
    ...options,
    file: file === undefined || asks === undefined ? undefined : { name: file, asks },
    hasBaseline: baseline.file !== undefined,
  });
  const { minPages } = budget;
  if (minPages !== undefined && minPages.value > input.maxPages) {
    throw new UsageError(`${minPages.by} asks for ${minPages.value} pages, and this audit fetches ${input.maxPages}. Add --max-pages ${minPages.value}`);
  }
  if (baseline.writeTo !== undefined) await checkReplaceable("baseline", baseline.writeTo);
  const known = baseline.file === undefined ? undefined : await readBaseline(baseline.file);
  return {
    budget,
    baseline: baseline.file === undefined || known === undefined ? undefined : { file: baseline.file, known },
    writeTo: baseline.writeTo,
  };
}

const missingBudget = 'Write one, such as { "minScore": 85, "maxFindings": { "error": 0 } }';
