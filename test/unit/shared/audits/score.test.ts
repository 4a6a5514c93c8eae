import { describe, expect, it } from "vitest";
import scoresPage from "../../../../docs/scores.md?raw";
import { ruleById } from "../../../../shared/audits/rules/catalogue.ts";
import { type Category, categories, type Severity, severities } from "../../../../shared/audits/rules/rule.ts";
import { scoreAudit, scoreVersion } from "../../../../shared/audits/score.ts";

const rule = (id: string, category: Category, severity: Severity) => ({ id, category, severity });
const error = rule("error", "content", "error");
const warning = rule("warning", "content", "warning");
const info = rule("info", "content", "info");
const geo = rule("geo", "ai-content", "warning");

describe("the score of an audit", () => {
  it.each([
    { outcome: "is 100 when everything passes", tallies: { error: { checked: 5, failing: 0 } }, content: 100 },
    { outcome: "is 0 when everything fails", tallies: { error: { checked: 5, failing: 5 } }, content: 0 },
    { outcome: "weighs an error ten and a warning three", tallies: { error: { checked: 1, failing: 0 }, warning: { checked: 1, failing: 1 } }, content: 77 },
    { outcome: "ignores a rule with nothing to check", tallies: { error: { checked: 4, failing: 1 }, warning: { checked: 0, failing: 0 } }, content: 75 },
    { outcome: "ignores a rule without a tally", tallies: { error: { checked: 4, failing: 1 } }, content: 75 },
    { outcome: "costs nothing for information", tallies: { error: { checked: 4, failing: 1 }, info: { checked: 4, failing: 4 } }, content: 75 },
    { outcome: "is unknown where only information was checked", tallies: { info: { checked: 4, failing: 4 } }, content: null },
    { outcome: "is unknown where nothing was checked", tallies: {}, content: null },
  ])("$outcome", ({ tallies, content }) => {
    expect(scoreAudit(tallies, [error, warning, info])).toEqual({ overall: content, byCategory: { content } });
  });

  it("leaves the AI content rules out of the overall score, and scores them by themselves", () => {
    const tallies = { error: { checked: 2, failing: 0 }, geo: { checked: 2, failing: 2 } };
    expect(scoreAudit(tallies, [error, geo])).toEqual({ overall: 100, byCategory: { content: 100, "ai-content": 0 } });
  });

  it("is the mean of all rules, not of the categories", () => {
    const links = rule("links", "links", "warning");
    const tallies = { error: { checked: 1, failing: 0 }, links: { checked: 1, failing: 1 } };
    expect(scoreAudit(tallies, [error, links])).toEqual({ overall: 77, byCategory: { content: 100, links: 0 } });
  });

  it("does not depend on tallies of rules that are no longer known", () => {
    expect(scoreAudit({ retired: { checked: 1, failing: 1 } }, [error]).overall).toBeNull();
  });
});

/** The cells of the rows of the table whose first header is `header`. */
function tableRows(header: string): string[][] {
  const lines = scoresPage.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`)) + 2;
  const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
  return lines.slice(start, start + length).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the worked example in docs/scores.md", () => {
  const rows = tableRows("rule").map(([id = "", category, severity, checked, failing, share, weight, product]) => ({
    rule: rule(id, categories.find((name) => name === category) ?? "content", severities.find((name) => name === severity) ?? "info"),
    tally: { checked: Number(checked), failing: Number(failing) },
    cells: { category, severity, share, weight, product },
  }));
  const results = Object.fromEntries(tableRows("score").map(([name = "", , result]) => [name, result === "–" ? null : Number(result)]));

  it("gives the scores that the code gives", () => {
    const { overall, byCategory } = scoreAudit(
      Object.fromEntries(rows.map(({ rule: { id }, tally }) => [id, tally])),
      rows.map((row) => row.rule),
    );
    expect(rows).toHaveLength(6);
    expect({ ...byCategory, overall }).toEqual(results);
  });

  it.each(rows.filter(({ tally }) => tally.checked > 0))("shows the right share and product for $rule.id", ({ tally, cells }) => {
    const share = 1 - tally.failing / tally.checked;
    const weight = Number(tableRows("severity").find(([severity]) => severity === cells.severity)?.[1]);
    expect({ share: Number(cells.share), weight: Number(cells.weight), product: Number(cells.product) }).toEqual({ share, weight, product: share * weight });
  });

  it.each(rows)("names $rule.id by its real category and severity", ({ rule: { id }, cells: { category, severity } }) => {
    expect(ruleById(id)).toMatchObject({ category, severity });
  });

  it("is written for the version of the formula in use", () => {
    expect(scoresPage).toContain(`score version ${scoreVersion}`);
  });
});
