import { describe, expect, it } from "vitest";
import { beyondLimit } from "../../../cli/baseline/beyond-limit.ts";

const report = (discovered: number, total: number, redirects = 0) => ({ audit: { progress: { discovered } }, pages: { total, redirects } });

describe("a baseline of an audit", () => {
  it("that stopped at its page limit comes with a warning, and what later audits need", () => {
    expect(beyondLimit(report(40, 12, 2), 10)).toMatch(/limit of 10 pages\. What lies beyond it is not in the baseline: .* same --max-pages 10,/);
  });

  it.each([
    ["saw every page", report(10, 10)],
    ["left addresses for another reason", report(40, 9)],
    ["followed redirects, which do not count", report(40, 12, 3)],
  ])("that %s comes without one", (_, reached) => {
    expect(beyondLimit(reached, 10)).toBeUndefined();
  });
});
