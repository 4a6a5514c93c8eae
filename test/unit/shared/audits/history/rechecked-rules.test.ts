import { describe, expect, it } from "vitest";
import { comparePages, judgeAnswers, needSitemaps, recheckedRules } from "../../../../../shared/audits/history/rechecked-rules.ts";
import { ruleById, rules } from "../../../../../shared/audits/rules/catalogue.ts";

const tally = (checked: number, failing = 0, version = 1) => ({ version, checked, failing });

describe("what an audit judged again", () => {
  it("is each rule that checked something, in the version that did, by what it takes to look again", () => {
    const tallies = { "http-4xx": tally(9), "robots-syntax": tally(1), "title-missing": tally(9, 2, 3), "title-duplicate": tally(4) };
    expect(recheckedRules(tallies)).toEqual({
      byAnswer: ["http-4xx@1", "robots-syntax@1"],
      byPage: ["title-missing@3"],
      byPages: ["title-duplicate@1"],
    });
  });

  it("is no rule that had nothing to check", () => {
    expect(recheckedRules({ "title-missing": tally(0) })).toEqual({ byAnswer: [], byPage: [], byPages: [] });
  });

  it.each(["sitemap-missing", "sitemap-invalid"])("is nothing of sitemaps while %s fails", (id) => {
    expect(recheckedRules({ "sitemap-member-4xx": tally(5), [id]: tally(1, 1) }).byPage).toEqual([]);
    expect(recheckedRules({ "sitemap-member-4xx": tally(5), [id]: tally(1) }).byPage).toEqual(["sitemap-member-4xx@1"]);
  });

  it("knows every rule that it names, and of every rule over all pages whether it compares them", () => {
    expect([...judgeAnswers, ...comparePages, ...needSitemaps].filter((id) => ruleById(id) === undefined)).toEqual([]);
    const alone = rules.filter(({ id, kind }) => kind === "sql" && !comparePages.has(id)).map(({ id }) => id);
    expect(alone.sort()).toEqual(["noindex", "robots-blocked", "sitemap-member-4xx", "sitemap-member-redirect"]);
  });
});
