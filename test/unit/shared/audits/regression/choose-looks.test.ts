import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseLooks } from "../../../../../shared/audits/regression/choose-looks.ts";

const page = (path: string): string => `https://shop.example/${path}`;
const failing = (ruleId: string, path: string | null, companion: string | null = null) => ({
  ruleId,
  pageUrl: path === null ? null : page(path),
  companion: companion === null ? null : page(companion),
});
const many = (ruleId: string, count: number) => Array.from({ length: count }, (_, i) => failing(ruleId, `${ruleId}-${i}`));

describe("the pages to look at again", () => {
  it("are ten at most, and the rules take turns", () => {
    const { pages, byRule } = chooseLooks([...many("a", 10), ...many("b", 3), ...many("c", 10)]);
    expect(pages).toHaveLength(10);
    expect([...byRule].map(([ruleId, examples]) => [ruleId, examples.length])).toEqual([
      ["a", 4],
      ["b", 3],
      ["c", 3],
    ]);
  });

  it("are fetched once, however many rules concern them", () => {
    const both = ["a", "b"].flatMap((ruleId) => Array.from({ length: 10 }, (_, i) => failing(ruleId, `${i}`)));
    const { pages, byRule } = chooseLooks(both);
    expect(pages).toHaveLength(10);
    expect(byRule.get("b")).toEqual(pages);
  });

  it("come with the page without which a rule cannot be judged, or not at all", () => {
    const linking = Array.from({ length: 10 }, (_, i) => failing("broken-internal-link", `from-${i}`, `to-${i}`));
    const { pages, byRule } = chooseLooks([...many("a", 1), ...linking]);
    expect(pages).toHaveLength(9);
    expect(byRule.get("broken-internal-link")).toEqual([0, 1, 2, 3].map((i) => page(`from-${i}`)));
    expect(pages).toContain(page("to-3"));
  });

  it("are none for what the site itself fails, which is checked all the same", () => {
    expect(chooseLooks([failing("robots-5xx", null)])).toEqual({ pages: [], byRule: new Map([["robots-5xx", []]]) });
  });

  it("are none when nothing fails", () => {
    expect(chooseLooks([])).toEqual({ pages: [], byRule: new Map() });
  });

  it("hold every page by which a rule is to be confirmed", () => {
    const path = fc.integer({ min: 0, max: 30 }).map(String);
    const found = fc.record({ ruleId: fc.constantFrom("a", "b", "c", "d"), path, companion: fc.option(path) });
    fc.assert(
      fc.property(fc.array(found, { maxLength: 60 }), (all) => {
        const { pages, byRule } = chooseLooks(all.map(({ ruleId, path: on, companion }) => failing(ruleId, on, companion)));
        expect(pages.length).toBeLessThanOrEqual(10);
        expect(new Set(pages).size).toBe(pages.length);
        for (const examples of byRule.values()) for (const example of examples) expect(pages).toContain(example);
        if (all.length > 0) expect(byRule.size).toBeGreaterThan(0);
      }),
    );
  });
});
