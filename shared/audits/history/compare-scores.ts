import { rules } from "../rules/catalogue.ts";
import { categories } from "../rules/rule.ts";
import { type StoredTallies, scoreAudit } from "../score.ts";
import type { AuditDiff } from "./schemas.ts";

type ScoreChanges = NonNullable<AuditDiff["scores"]>;
type Change = ScoreChanges["overall"];

/**
 * How two audits score by the rules that both checked in the same version: another one would judge the same pages differently. Null when there is no such
 * rule. Pages that only one of them looked at still weigh in, since a tally does not name its pages.
 */
export function compareScores(now: StoredTallies, before: StoredTallies): ScoreChanges | null {
  const common = Object.keys(now).filter((id) => isComparable(now, before, id));
  if (common.length === 0) return null;
  const among = (tallies: StoredTallies) => scoreAudit(Object.fromEntries(Object.entries(tallies).filter(([id]) => common.includes(id))), rules);
  const [scoresNow, scoresBefore] = [among(now), among(before)];
  return {
    overall: changeOf(scoresNow.overall, scoresBefore.overall),
    byCategory: categories
      .map((category) => ({ category, ...changeOf(scoresNow.byCategory[category], scoresBefore.byCategory[category]) }))
      .filter(({ change }) => change !== null),
  };
}

function isComparable(now: StoredTallies, before: StoredTallies, id: string): boolean {
  const [a, b] = [now[id], before[id]];
  return a !== undefined && b !== undefined && a.version === b.version && a.checked > 0 && b.checked > 0;
}

function changeOf(now: number | null = null, before: number | null = null): Change {
  return { now, before, change: now === null || before === null ? null : now - before };
}
