import { expect, it } from "vitest";
import { toneOf } from "../../../../../shared/audits/report/tone.ts";

it.each([
  { score: 100, tone: "good" },
  { score: 90, tone: "good" },
  { score: 89, tone: "fair" },
  { score: 50, tone: "fair" },
  { score: 49, tone: "poor" },
  { score: 0, tone: "poor" },
  { score: null, tone: "none" },
  { score: undefined, tone: "none" },
])("a score of $score reads $tone", ({ score, tone }) => {
  expect(toneOf(score)).toBe(tone);
});
