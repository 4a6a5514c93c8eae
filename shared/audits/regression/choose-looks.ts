import { mostPages } from "./schemas.ts";

/** A page that fails a rule now, and did not before. */
export interface FailingPage {
  readonly ruleId: string;
  /** Null where the site itself fails. */
  readonly pageUrl: string | null;
  /** Another page without which the rule cannot be judged here, such as where a link leads; null when there is none. */
  readonly companion: string | null;
}

/** What to look at again. */
export interface Looks {
  /** Addresses to fetch, without repeats. */
  readonly pages: readonly string[];
  /** For each rule that can be checked again, in the order given, the pages that failed it; none where it is about the site itself. */
  readonly byRule: ReadonlyMap<string, readonly string[]>;
}

/**
 * Chooses what to look at again: at most ten pages, spread over the rules, which take turns. A page that several rules concern is fetched once.
 * @param failing by rule, the worst rule first
 */
export function chooseLooks(failing: readonly FailingPage[]): Looks {
  const ofRules = [...Map.groupBy(failing, ({ ruleId }) => ruleId).values()];
  const rounds = Math.max(0, ...ofRules.map(({ length }) => length));
  const pages = new Set<string>();
  const byRule = new Map<string, string[]>();
  for (let round = 0; round < rounds; round++) {
    for (const look of ofRules.flatMap((ofRule) => ofRule[round] ?? [])) {
      const wanted = [look.pageUrl, look.companion].filter((address) => address !== null);
      if (new Set([...pages, ...wanted]).size > mostPages) continue;
      for (const address of wanted) pages.add(address);
      const chosen = byRule.get(look.ruleId) ?? [];
      byRule.set(look.ruleId, look.pageUrl === null ? chosen : [...chosen, look.pageUrl]);
    }
  }
  return { pages: [...pages], byRule };
}
