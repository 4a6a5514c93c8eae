import type { SeenFinding } from "../findings.ts";
import type { BaselineFile } from "./baseline-file.ts";

/** An audit's findings beside those of a baseline. */
export interface Comparison {
  /** Not in the baseline. */
  readonly fresh: readonly SeenFinding[];
  /** How many findings are in it. */
  readonly known: number;
  /** How many entries of the baseline no finding answers to: fixed, or on pages that were not looked at this time. */
  readonly gone: number;
}

/** A finding is known when the baseline has its rule on its page, however many pieces of evidence there were or are. */
export function compare(findings: readonly SeenFinding[], { rules }: Pick<BaselineFile, "rules">): Comparison {
  const pagesOf = new Map(Object.entries(rules).map(([id, pages]) => [id, new Set(pages)]));
  const entries = [...pagesOf.values()].reduce((sum, pages) => sum + pages.size, 0);
  const met = new Map<string, Set<string>>();
  const fresh = findings.filter(({ ruleId, page }) => {
    if (pagesOf.get(ruleId)?.has(page) !== true) return true;
    met.set(ruleId, (met.get(ruleId) ?? new Set()).add(page));
    return false;
  });
  const found = [...met.values()].reduce((sum, pages) => sum + pages.size, 0);
  return { fresh, known: findings.length - fresh.length, gone: entries - found };
}
