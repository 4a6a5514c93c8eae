import type { Category, Counts, Report, Severity } from "../../shared/audits/index.ts";
import { count, severities } from "../../shared/audits/index.ts";
import type { SeenFinding } from "../findings.ts";
import type { Asked, Budget } from "./budget.ts";

/** Findings as a budget counts them: rules that it names apart from the others. */
export interface Tally {
  /** Of rules that the budget does not name. */
  readonly counts: Counts;
  /** Of those it names, by rule id. */
  readonly ofRule: ReadonlyMap<string, number>;
}

/** What is judged: an audit's report, and the findings that count. */
interface Judged {
  readonly report: Pick<Report, "pages" | "rules" | "passed"> & { readonly audit: Pick<Report["audit"], "scores"> };
  readonly tally: Tally;
  /** Whether only findings that are not in a baseline were counted. */
  readonly onlyNew: boolean;
}

/** Counts findings for a budget. */
export function tallyFor({ rules }: Pick<Budget, "rules">, findings: readonly SeenFinding[]): Tally {
  const counts = { error: 0, warning: 0, info: 0 };
  const ofRule = new Map<string, number>();
  for (const { ruleId, severity } of findings) {
    if (rules.has(ruleId)) ofRule.set(ruleId, (ofRule.get(ruleId) ?? 0) + 1);
    else counts[severity] += 1;
  }
  return { counts, ofRule };
}

/** Every budget that an audit missed, as a sentence with the numbers and where the limit stands. */
export function missedBudgets({ report, tally, onlyNew }: Judged, budget: Budget): string[] {
  return [...missedScores(report, budget), ...missedPages(report.pages, budget), ...missedFindings(tally, onlyNew, budget)];
}

/** A score that does not exist cannot reach one. */
function missedScores({ audit: { scores }, rules, passed }: Judged["report"], { minScore, minScores }: Budget): string[] {
  const judged = [...rules.map(({ rule }) => rule.category), ...passed.map(({ category }) => category)];
  const short = ({ value, by }: Asked, score: number | null | undefined, category?: Category): string[] => {
    const name = category === undefined ? "" : ` for ${category}`;
    if (typeof score === "number") return score < value ? [`The score${name} is ${score}; ${by} asks for ${value}.`] : [];
    // Without a score, whatever was judged weighs nothing.
    const wasJudged = category === undefined ? judged.length > 0 : judged.includes(category);
    const why = `nothing that counts towards it was checked${wasJudged ? " (only information)" : ""}`;
    return [`There is no score${name}, because ${why}; ${by} asks for ${value}.`];
  };
  return [
    ...(minScore === undefined ? [] : short(minScore, scores?.overall)),
    ...[...minScores].flatMap(([category, asked]) => short(asked, scores?.[category], category)),
  ];
}

const pages = count("en", "page", "pages");

function missedPages({ byStatus, failed }: Report["pages"], { minPages, maxFailedPages }: Budget): string[] {
  const answered = byStatus.filter(({ status }) => status !== null && status >= 200 && status < 300).reduce((sum, { count }) => sum + count, 0);
  const missed: string[] = [];
  if (minPages !== undefined && answered < minPages.value) {
    missed.push(`${pages(answered)} answered with success; ${minPages.by} asks for ${minPages.value}.`);
  }
  if (maxFailedPages !== undefined && failed > maxFailedPages.value) {
    missed.push(`${pages(failed)} did not answer; ${maxFailedPages.by} allows ${maxFailedPages.value}.`);
  }
  return missed;
}

function missedFindings({ counts, ofRule }: Tally, onlyNew: boolean, { maxFindings, rules }: Budget): string[] {
  const over = (found: number, [one, many]: Noun, { value, by }: Asked): string[] => {
    if (found <= value) return [];
    const fresh = onlyNew ? "new " : "";
    return [`There ${found === 1 ? "is" : "are"} ${count("en", `${fresh}${one}`, `${fresh}${many}`)(found)}; ${by} allows ${value}.`];
  };
  return [
    ...severities.flatMap((severity) => {
      const asked = maxFindings.get(severity);
      return asked === undefined ? [] : over(counts[severity], nouns[severity], asked);
    }),
    ...[...rules].flatMap(([id, asked]) => (asked === "off" ? [] : over(ofRule.get(id) ?? 0, [`finding of ${id}`, `findings of ${id}`], asked))),
  ];
}

type Noun = readonly [one: string, many: string];
const nouns: Readonly<Record<Severity, Noun>> = {
  error: ["error", "errors"],
  warning: ["warning", "warnings"],
  info: ["info finding", "info findings"],
};
