import { describe, expect, it } from "vitest";
import { type Budget, missedBudgets } from "../../../cli/budget.ts";

describe("a budget", () => {
  it.each<{ outcome: string; score: number | null; errors: number; budget: Budget; missed: readonly string[] }>([
    { outcome: "passes when nothing is asked", score: 3, errors: 90, budget: { failUnder: undefined, maxErrors: undefined }, missed: [] },
    { outcome: "passes at exactly the score", score: 85, errors: 0, budget: { failUnder: 85, maxErrors: undefined }, missed: [] },
    {
      outcome: "is missed one point below",
      score: 84,
      errors: 0,
      budget: { failUnder: 85, maxErrors: undefined },
      missed: ["The score is 84; --fail-under asks for 85."],
    },
    {
      outcome: "is missed without a score",
      score: null,
      errors: 0,
      budget: { failUnder: 1, maxErrors: undefined },
      missed: [expect.stringContaining("There is no score")],
    },
    { outcome: "passes with exactly the errors allowed", score: 10, errors: 2, budget: { failUnder: undefined, maxErrors: 2 }, missed: [] },
    {
      outcome: "is missed by one error",
      score: 99,
      errors: 1,
      budget: { failUnder: undefined, maxErrors: 0 },
      missed: ["There is 1 error; --max-errors allows 0."],
    },
    {
      outcome: "names all that was missed",
      score: 1,
      errors: 5,
      budget: { failUnder: 2, maxErrors: 4 },
      missed: [expect.stringContaining("--fail-under"), "There are 5 errors; --max-errors allows 4."],
    },
  ])("$outcome", ({ score, errors, budget, missed }) => {
    const scores = score === null ? null : { overall: score };
    expect(missedBudgets({ scores, counts: { error: errors, warning: 0, info: 0 } }, budget)).toEqual(missed);
  });
});
