import { describe, expect, it } from "vitest";
import { compareScores } from "../../../../../shared/audits/history/compare-scores.ts";

const tally = (checked: number, failing = 0, version = 1) => ({ version, checked, failing });

describe("scores of two audits", () => {
  it("are compared over the rules that both checked", () => {
    const now = { "title-missing": tally(10, 5), "lang-missing": tally(10, 10) };
    const before = { "title-missing": tally(10, 10) };
    expect(compareScores(now, before)).toEqual({
      overall: { now: 50, before: 0, change: 50 },
      byCategory: [{ category: "content", now: 50, before: 0, change: 50 }],
    });
  });

  it.each([
    ["had nothing to check", { "title-missing": tally(0) }],
    ["judged in another version", { "title-missing": tally(10, 0, 2) }],
    ["did not know it", {}],
  ])("are null where one audit %s", (_, before) => {
    expect(compareScores({ "title-missing": tally(10, 5) }, before)).toBeNull();
    expect(compareScores(before, { "title-missing": tally(10, 5) })).toBeNull();
  });
});
