import { type AuditDiff, count, type DiffFindingList, listRules } from "../../shared/audits/index.ts";
import { printable } from "../../shared/platform/index.ts";
import { listing, table, timeText } from "../table.ts";

const shownRules = 20;
const moreRules = count("en", "more rule", "more rules");

/** What changed between two audits, with the rules of which most changed. */
export function diffText({ auditId, finishedAt, baseId, baseFinishedAt, scores, pages, counts, rules }: AuditDiff): string {
  const facts: [string, string][] = [
    ["audit", named(auditId, finishedAt)],
    ["against", baseId === null ? "nothing: this is the first audit of its address" : named(baseId, baseFinishedAt)],
    ...(scores === null ? [] : [["score", scoreText(scores.overall)] satisfies [string, string]]),
    ...(pages === null || pages.share === null ? [] : [["pages", `${pages.share}% of them both audits looked at`] satisfies [string, string]]),
    ["findings", countsText(counts)],
  ];
  const changed = rules.filter((rule) => rule.new + rule.fixed + rule.notRechecked + rule.muted > 0);
  if (changed.length === 0) return listing(facts);
  const rows = changed
    .slice(0, shownRules)
    .map(({ ruleId, ...n }) => [titleOf(ruleId), ...[n.new, n.fixed, n.notRechecked, n.open, n.muted].map((each) => (each === 0 ? "" : String(each)))]);
  const rest = changed.length - shownRules;
  return `${listing(facts)}\n${table(["rule", "new", "fixed", "not looked at", "open", "muted"], rows)}${rest > 0 ? `and ${moreRules(rest)}\n` : ""}`;
}

/** In one sentence, what an audit says that the one before did not; null where there was none. */
export function changesText({ auditId, baseFinishedAt, counts }: AuditDiff): string | null {
  if (baseFinishedAt === null) return null;
  const unseen = counts.notRechecked === 0 ? "" : `, ${counts.notRechecked} not looked at again`;
  return `Since the audit of ${timeText(baseFinishedAt)}: ${counts.new} new, ${counts.fixed} fixed${unseen}. See which: npx mentha diff ${auditId}`;
}

const named = (id: string, at: number | null): string => (at === null ? id : `${id}, ${timeText(at)}`);

function scoreText({ now, before, change }: NonNullable<AuditDiff["scores"]>["overall"]): string {
  if (now === null || before === null || change === null) return "nothing to compare";
  return `${before} → ${now} (${change > 0 ? "+" : ""}${change}), by the rules that both audits checked`;
}

function countsText({ new: fresh, open, fixed, notRechecked, muted }: AuditDiff["counts"]): string {
  return `${fresh} new, ${fixed} fixed, ${notRechecked} not looked at again, ${open} open, ${muted} muted`;
}

/** A server of another version may have rules that are not known here. */
function titleOf(id: string): string {
  return listRules("en").find((rule) => rule.id === id)?.title ?? printable(id);
}

/** Findings with what became of each. */
export const diffTable = (findings: DiffFindingList["items"]): string =>
  table(
    ["state", "rule", "page", "id"],
    findings.map(({ state, ruleId, pageUrl, id }) => [state, ruleId, pageUrl ?? "the whole site", id]),
  );
