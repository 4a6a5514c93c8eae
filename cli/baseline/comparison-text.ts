import { count, listRules, severities } from "../../shared/audits/index.ts";
import { printable } from "../../shared/platform/index.ts";
import { type SeenFinding, wholeSite } from "../findings.ts";
import type { Comparison } from "./compare.ts";

const rulesShown = 10;
const pagesShown = 3;

/** What is new against a baseline, worst first, with the first pages of each rule; lines, the last one without its end. */
export function comparisonText({ fresh, known, gone }: Comparison, file: string): string {
  const groups = [...Map.groupBy(fresh, ({ ruleId }) => ruleId)].map(([id, findings]) => ({ id, findings: findings.toSorted(byHarm) })).sort(worstFirst);
  const rest = groups.length - rulesShown;
  const lines = [
    `Against ${file}: ${fresh.length} new, ${known} known.${gone === 0 ? "" : ` ${notFound(gone)}`}`,
    ...groups.slice(0, rulesShown).flatMap(({ id, findings }) => ruleLines(id, findings)),
    ...(rest > 0 ? [`  and ${moreRules(rest)} with new findings`] : []),
  ];
  return lines.join("\n");
}

const moreRules = count("en", "more rule", "more rules");
const knownFindings = count("en", "known finding", "known findings");

const notFound = (gone: number): string => {
  const [was, theyAre, their] = gone === 1 ? ["was", "it is", "its page was"] : ["were", "they are", "their pages were"];
  return `${knownFindings(gone)} ${was} no longer found: ${theyAre} fixed, or ${their} not looked at this time.`;
};

function ruleLines(id: string, findings: readonly SeenFinding[]): string[] {
  const rest = findings.length - pagesShown;
  const pages = findings.slice(0, pagesShown).map(({ page }) => `      ${page === wholeSite ? "the site as a whole" : printable(page)}`);
  return [
    `  New ${findings[0]?.severity ?? "finding"}: ${titleOf(id)}${findings.length === 1 ? "" : ` (${findings.length})`}`,
    ...pages,
    ...(rest > 0 ? [`      and ${rest} more`] : []),
  ];
}

/** A server of another version may have rules that are not known here. */
function titleOf(id: string): string {
  const rule = listRules("en").find((one) => one.id === id);
  return rule?.title ?? printable(id);
}

const rank = ({ severity }: SeenFinding): number => severities.indexOf(severity);
const byHarm = (a: SeenFinding, b: SeenFinding): number => rank(a) - rank(b) || (a.page < b.page ? -1 : 1);

interface Group {
  readonly findings: readonly SeenFinding[];
}

/** By the worst finding of each, then by how many there are. */
function worstFirst({ findings: a }: Group, { findings: b }: Group): number {
  const [worstOfA, worstOfB] = [a[0], b[0]];
  return (worstOfA === undefined || worstOfB === undefined ? 0 : rank(worstOfA) - rank(worstOfB)) || b.length - a.length;
}
