import { stat } from "node:fs/promises";
import { type BaselineFile, checkIsBaseline, readBaseline } from "./baseline/baseline-file.ts";
import { type Budget, budgetOf } from "./budget/budget.ts";
import { BudgetFile } from "./budget/budget-file.ts";
import type { AuditOptions } from "./commands/audit-options.ts";
import { UsageError } from "./errors.ts";
import { checkedJson, readJson } from "./files/json-file.ts";
import { isSameFile } from "./files/same-file.ts";
import { checkReplaceable } from "./files/writing.ts";

/** The file to compare with is the one to write and is not there yet: all that is found will be known. */
type FirstBaseline = "first";

/** What an audit will be held to. */
export interface Goals {
  readonly budget: Budget;
  readonly baseline: { readonly file: string; readonly known: BaselineFile | FirstBaseline } | undefined;
  /** Where its findings go, to be the baseline of later ones. */
  readonly writeTo: string | undefined;
  /** The page limit of the audit: a baseline knows nothing beyond it. */
  readonly maxPages: number;
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
  return { budget, baseline: await baselineFor(baseline), writeTo: baseline.writeTo, maxPages: input.maxPages };
}

async function baselineFor({ file, writeTo }: AuditOptions["baseline"]): Promise<Goals["baseline"]> {
  const replaces = writeTo !== undefined && (await exists(writeTo));
  if (writeTo !== undefined) await checkReplaceable("baseline", writeTo);
  if (file !== undefined && writeTo !== undefined && !replaces && isSameFile(file, writeTo)) return { file, known: "first" };
  const known = file === undefined ? undefined : await readBaseline(file);
  if (replaces) await checkIsBaseline(writeTo);
  return file === undefined || known === undefined ? undefined : { file, known };
}

/** False only where there is no such file: what cannot be looked at may be there. */
const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (cause: unknown) => !(cause instanceof Error && "code" in cause && cause.code === "ENOENT"),
  );

const missingBudget = 'Write one, such as { "minScore": 85, "maxFindings": { "error": 0 } }';
