import { describe, expect, it } from "vitest";
import { baselineOf, baselineText } from "../../../cli/baseline/baseline-file.ts";
import { compare } from "../../../cli/baseline/compare.ts";
import { comparisonText } from "../../../cli/baseline/comparison-text.ts";
import type { SeenFinding } from "../../../cli/findings.ts";

const finding = (ruleId: string, page: string, severity: SeenFinding["severity"] = "error"): SeenFinding => ({ ruleId, page, severity });
const audit = { url: "https://staging.shop.example/", finishedAt: Date.UTC(2026, 10, 22, 9, 30) };

describe("a baseline", () => {
  it("names each rule and page once, in an order of its own, one page on a line", () => {
    const found = [finding("title-missing", "/b"), finding("lang-missing", "*"), finding("title-missing", "/a"), finding("title-missing", "/b")];
    expect(baselineText(baselineOf(audit, found, 0))).toBe(`{
  "formatVersion": 1,
  "site": "https://staging.shop.example/",
  "writtenAt": "2026-11-22T09:30:00.000Z",
  "rules": {
    "lang-missing": [
      "*"
    ],
    "title-missing": [
      "/a",
      "/b"
    ]
  }
}
`);
  });

  it("makes a finding new that has another rule or another page", () => {
    const known = baselineOf(audit, [finding("title-missing", "/a"), finding("title-missing", "/b"), finding("lang-missing", "/a")], 0);
    const found = [finding("title-missing", "/a"), finding("title-missing", "/c"), finding("lang-missing", "/b")];
    expect(compare(found, known)).toEqual({ fresh: [found[1], found[2]], known: 1, gone: 2 });
  });

  it("knows a finding again whose severity changed", () => {
    expect(compare([finding("noindex", "/a", "error")], { rules: { noindex: ["/a"] } })).toEqual({ fresh: [], known: 1, gone: 0 });
  });

  it("has no rules by the names that objects are born with", () => {
    expect(compare([finding("constructor", "/a")], { rules: {} }).fresh).toHaveLength(1);
  });
});

describe("what is said of a comparison", () => {
  it("is what is new, worst first, with the first pages of each rule", () => {
    const fresh = [
      ...["/w1", "/w2", "/w3", "/w4", "/w5"].map((page) => finding("description-missing", page, "warning")),
      finding("noindex", "/hidden", "info"),
      finding("noindex", "/", "error"),
      finding("of-a-later-version", "*", "info"),
    ];
    expect(comparisonText({ fresh, known: 12, gone: 2 }, "b.json").split("\n")).toEqual([
      "Against b.json: 8 new, 12 known. 2 known findings were no longer found: they are fixed, or their pages were not looked at this time.",
      expect.stringMatching(/^ {2}New error: .* \(2\)$/),
      "      /",
      "      /hidden",
      expect.stringMatching(/^ {2}New warning: .* \(5\)$/),
      "      /w1",
      "      /w2",
      "      /w3",
      "      and 2 more",
      "  New info: of-a-later-version",
      "      the site as a whole",
    ]);
  });

  it("is one line when nothing changed", () => {
    expect(comparisonText({ fresh: [], known: 3, gone: 0 }, "b.json")).toBe("Against b.json: 0 new, 3 known.");
  });

  it("stays short when every rule has something new", () => {
    const fresh = Array.from({ length: 30 }, (_, i) => finding(`rule-${i}`, "/"));
    expect(comparisonText({ fresh, known: 0, gone: 1 }, "b.json")).toMatch(
      /1 known finding was no longer found: it is fixed, .*[\s\S]*and 20 more rules with new findings$/,
    );
  });

  it("cannot move the cursor of a terminal", () => {
    expect(comparisonText({ fresh: [finding("x\u001b[2J", "/\u001b[2J")], known: 0, gone: 0 }, "b.json")).not.toContain("\u001b");
  });
});
