import { describe, expect, it } from "vitest";
import { type Budget, budgetOf } from "../../../cli/budget/budget.ts";
import type { BudgetFile } from "../../../cli/budget/budget-file.ts";
import { missedBudgets, tallyFor } from "../../../cli/budget/missed-budgets.ts";
import type { SeenFinding } from "../../../cli/findings.ts";
import type { Report } from "../../../shared/audits/index.ts";
import { sampleReport } from "../../helpers/sample-report.ts";

interface Given {
  readonly asks?: BudgetFile;
  readonly failUnder?: number;
  readonly maxErrors?: number;
  readonly hasBaseline?: boolean;
}

const budget = ({ asks, failUnder, maxErrors, hasBaseline = false }: Given): Budget =>
  budgetOf({ file: asks === undefined ? undefined : { name: "b.json", asks }, failUnder, maxErrors, hasBaseline });

const findings = (severity: SeenFinding["severity"], ruleId: string, count: number): SeenFinding[] =>
  Array.from({ length: count }, (_, i) => ({ ruleId, severity, page: `/${i}` }));

interface Seen {
  readonly overall?: number | null;
  readonly content?: number | null;
  /** Rules that found nothing wrong. */
  readonly passed?: Report["passed"];
  /** Pages that answered 200, 301, 404, and not at all. */
  readonly pages?: readonly [ok: number, moved: number, missing: number, failed: number];
  readonly findings?: readonly SeenFinding[];
}

/** What an audit that saw this missed. */
function missed(
  given: Given,
  { overall = 100, content = null, passed = [], pages: [ok, moved, missing, failed] = [1, 0, 0, 0], findings: found = [] }: Seen,
): string[] {
  const asked = budget(given);
  const byStatus = [
    { status: 200, count: ok },
    { status: 301, count: moved },
    { status: 404, count: missing },
    { status: null, count: failed },
  ];
  const pages = { ...sampleReport.pages, byStatus, failed };
  return missedBudgets(
    { report: { audit: { scores: { overall, content } }, pages, rules: [], passed }, tally: tallyFor(asked, found), onlyNew: given.hasBaseline === true },
    asked,
  );
}

describe("a budget", () => {
  it.each<[outcome: string, given: Given, seen: Seen, sentences: readonly string[]]>([
    ["passes when nothing is asked", {}, { overall: 3, findings: findings("error", "a", 90) }, []],
    ["passes at exactly the score", { failUnder: 85 }, { overall: 85 }, []],
    ["is missed one point below", { failUnder: 85 }, { overall: 84 }, ["The score is 84; --fail-under asks for 85."]],
    ["is missed one point below that of a file", { asks: { minScore: 85 } }, { overall: 84 }, ["The score is 84; minScore in b.json asks for 85."]],
    [
      "is missed without a score",
      { failUnder: 1 },
      { overall: null },
      ["There is no score, because nothing that counts towards it was checked; --fail-under asks for 1."],
    ],
    ["asks for a score by category", { asks: { minScores: { content: 70 } } }, { content: 70 }, []],
    [
      "is missed in a category",
      { asks: { minScores: { content: 70 } } },
      { content: 69 },
      ["The score for content is 69; minScores.content in b.json asks for 70."],
    ],
    [
      "is missed in a category without a score",
      { asks: { minScores: { content: 70 } } },
      { content: null },
      ["There is no score for content, because nothing that counts towards it was checked; minScores.content in b.json asks for 70."],
    ],
    [
      "is missed in a category where only information was checked",
      { asks: { minScores: { content: 70, security: 70 } } },
      { passed: [{ id: "csp-missing", category: "security", title: "No CSP" }] },
      [
        "There is no score for content, because nothing that counts towards it was checked; minScores.content in b.json asks for 70.",
        "There is no score for security, because nothing that counts towards it was checked (only information); minScores.security in b.json asks for 70.",
      ],
    ],
    ["passes with exactly the errors allowed", { maxErrors: 2 }, { findings: findings("error", "a", 2) }, []],
    ["is missed by one error", { maxErrors: 0 }, { findings: findings("error", "a", 1) }, ["There is 1 error; --max-errors allows 0."]],
    [
      "limits each severity",
      { asks: { maxFindings: { error: 0, warning: 1, info: 2 } } },
      { findings: [...findings("error", "a", 2), ...findings("warning", "b", 1), ...findings("info", "c", 3)] },
      ["There are 2 errors; maxFindings.error in b.json allows 0.", "There are 3 info findings; maxFindings.info in b.json allows 2."],
    ],
    [
      "judges a rule with a limit of its own by that alone",
      { asks: { maxFindings: { error: 0 }, rules: { "title-missing": { maxFindings: 2 } } } },
      { findings: findings("error", "title-missing", 2) },
      [],
    ],
    [
      "is missed by a rule with a limit of its own",
      { asks: { rules: { "title-missing": { maxFindings: 2 }, "lang-missing": { maxFindings: 0 } } } },
      { findings: [...findings("error", "title-missing", 3), ...findings("info", "lang-missing", 1)] },
      [
        "There are 3 findings of title-missing; rules.title-missing in b.json allows 2.",
        "There is 1 finding of lang-missing; rules.lang-missing in b.json allows 0.",
      ],
    ],
    [
      "counts nothing of a rule that is off",
      { asks: { maxFindings: { error: 0 }, rules: { "title-missing": "off" } } },
      { findings: [...findings("error", "title-missing", 9), ...findings("error", "a", 1)] },
      ["There is 1 error; maxFindings.error in b.json allows 0."],
    ],
    ["counts only pages that answered with success", { asks: { minPages: 2 } }, { pages: [2, 0, 0, 0] }, []],
    [
      "is missed by a site that answers, but not with pages",
      { asks: { minPages: 2 } },
      { pages: [1, 40, 40, 0] },
      ["1 page answered with success; minPages in b.json asks for 2."],
    ],
    ["passes with error pages where none may fail to answer", { asks: { maxFailedPages: 0 } }, { pages: [1, 0, 9, 0] }, []],
    [
      "is missed by pages that did not answer",
      { asks: { maxFailedPages: 1 } },
      { pages: [1, 0, 0, 2] },
      ["2 pages did not answer; maxFailedPages in b.json allows 1."],
    ],
    [
      "takes options in the place of the same limits of a file",
      { asks: { minScore: 100, maxFindings: { error: 0, warning: 0 } }, failUnder: 50, maxErrors: 3 },
      { overall: 49, findings: [...findings("error", "a", 4), ...findings("warning", "b", 1)] },
      [
        "The score is 49; --fail-under asks for 50.",
        "There are 4 errors; --max-errors allows 3.",
        "There is 1 warning; maxFindings.warning in b.json allows 0.",
      ],
    ],
    [
      "with a baseline says that the findings are new",
      { asks: { rules: { "title-missing": { maxFindings: 0 } } }, maxErrors: 0, hasBaseline: true },
      { findings: [...findings("error", "a", 2), ...findings("error", "title-missing", 1)] },
      ["There are 2 new errors; --max-errors allows 0.", "There is 1 new finding of title-missing; rules.title-missing in b.json allows 0."],
    ],
    [
      "with a baseline allows no new error or warning when nothing limits findings",
      { asks: { minScore: 10, rules: { "lang-missing": "off" } }, hasBaseline: true },
      { findings: [...findings("error", "a", 1), ...findings("warning", "b", 2), ...findings("info", "c", 9), ...findings("error", "lang-missing", 9)] },
      ["There is 1 new error; --baseline allows 0.", "There are 2 new warnings; --baseline allows 0."],
    ],
    [
      "with a baseline asks for no more than the limits on single rules, where there are any",
      { asks: { rules: { "title-missing": { maxFindings: 0 } } }, hasBaseline: true },
      { findings: findings("error", "a", 1) },
      [],
    ],
    [
      "with a baseline allows what a limit on findings allows",
      { maxErrors: 1, hasBaseline: true },
      { findings: [...findings("error", "a", 1), ...findings("warning", "b", 2)] },
      [],
    ],
  ])("%s", (_, given, seen, sentences) => {
    expect(missed(given, seen)).toEqual(sentences);
  });

  it("names all that was missed at once", () => {
    const asks = { minScore: 90, minScores: { content: 90 }, maxFindings: { error: 0 }, minPages: 5, maxFailedPages: 0 };
    expect(missed({ asks }, { overall: 1, content: 2, pages: [1, 0, 0, 1], findings: findings("error", "a", 1) })).toHaveLength(5);
  });
});
