import type { Rule, Severity } from "../rules/rule.ts";
import { scoreAudit, type Tally } from "../score.ts";

/** A tally, and the version of the rule that judged. */
export interface VersionedTally extends Tally {
  readonly version: number;
}

type Tallies = Readonly<Record<string, VersionedTally>>;
type SuspectedRule = Pick<Rule, "id" | "category" | "severity" | "gravest">;

/** Points that the overall score loses before that is bad news by itself: our own choice, above what a page more or less makes of it. */
const telltaleFall = 5;

/** Sitemaps may be many and large, and name pages that were not fetched: a second look at a few pages says nothing of them. */
const isLookable = ({ category }: SuspectedRule): boolean => category !== "sitemaps";

const gravestOf = ({ severity, gravest = severity }: SuspectedRule): Severity => gravest;
const isGraded = ({ severity, gravest = severity }: SuspectedRule): boolean => gravest !== severity;

const inOrder: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * Ids of the rules by which a site seems to be worse than before, errors first; none when it is not. Both audits must have had the same options. Only what
 * both checked, by the same version of a rule, is compared: a rule that is new, or judges otherwise, says nothing of the site.
 * A rule fails anew when no page failed it before; where the score over all that is compared fell by 5 points or more, whatever fails on a larger share of
 * pages counts too. A rule that only informs never does; one of which some findings weigh more than others may, however few pages there are more: which
 * findings they are, the tallies do not say.
 */
export function suspect(before: Tallies, now: Tallies, rules: readonly SuspectedRule[]): string[] {
  const compared = rules.flatMap((rule) => {
    const [was, is] = [before[rule.id], now[rule.id]];
    return was === undefined || is === undefined || was.version !== is.version || was.checked === 0 || is.checked === 0 ? [] : [{ rule, was, is }];
  });
  const both = compared.map(({ rule }) => rule);
  const fell = (scoreAudit(before, both).overall ?? 0) - (scoreAudit(now, both).overall ?? 0) >= telltaleFall;
  return compared
    .filter(({ rule, was, is }) => gravestOf(rule) !== "info" && isLookable(rule) && (isWorse(was, is, fell) || (isGraded(rule) && is.failing > was.failing)))
    .map(({ rule }) => rule)
    .sort((a, b) => inOrder[gravestOf(a)] - inOrder[gravestOf(b)])
    .map(({ id }) => id);
}

/** @param fell whether the score did, so that a larger share is bad news as well */
function isWorse(was: Tally, is: Tally, fell: boolean): boolean {
  const failsAnew = was.failing === 0 && is.failing > 0;
  return failsAnew || (fell && is.failing / is.checked > was.failing / was.checked);
}
