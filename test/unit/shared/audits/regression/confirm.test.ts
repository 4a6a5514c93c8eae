import { describe, expect, it } from "vitest";
import { confirm } from "../../../../../shared/audits/regression/confirm.ts";

const page = (path: string): string => `https://shop.example/${path}`;
const rule = (ruleId: string, examples: readonly string[]) => ({ ruleId, pages: 7, pagesBefore: 0, examples: examples.map(page) });
const suspicion = {
  baseId: "aud_1",
  baseFinishedAt: 1,
  rules: [rule("http-5xx", ["a", "b"]), rule("title-missing", ["a"]), rule("robots-5xx", [])],
  score: { before: 90, now: 70 },
};

describe("a second look", () => {
  it("confirms what fails again, with the pages on which it does", () => {
    const found = [
      { ruleId: "http-5xx", pageUrl: page("b") },
      { ruleId: "robots-5xx", pageUrl: null },
    ];
    expect(confirm(suspicion, found, 9)).toEqual({ ...suspicion, rules: [rule("http-5xx", ["b"]), rule("robots-5xx", [])], confirmedAt: 9 });
  });

  it.each([
    { what: "nothing fails", found: [] },
    { what: "another rule fails there", found: [{ ruleId: "h1-missing", pageUrl: page("a") }] },
    { what: "another page fails the rule", found: [{ ruleId: "title-missing", pageUrl: page("b") }] },
    { what: "a page fails the rule that the site failed", found: [{ ruleId: "robots-5xx", pageUrl: page("a") }] },
    { what: "the site fails the rule that a page failed", found: [{ ruleId: "title-missing", pageUrl: null }] },
  ])("confirms nothing when $what", ({ found }) => {
    expect(confirm(suspicion, found, 9)).toBeNull();
  });
});
