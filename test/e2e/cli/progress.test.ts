import { describe, expect, it } from "vitest";
import { progressBar, progressText } from "../../../cli/progress.ts";
import type { LiveProgress } from "../../../shared/audits/index.ts";

const halfway: LiveProgress = {
  status: "running",
  discovered: 240,
  fetched: 48,
  failed: 2,
  left: 50,
  pagesPerSecond: 4.26,
  secondsLeft: 12,
  currentUrl: "https://shop.example/a",
  counts: { error: 1, warning: 2, info: 0 },
};

describe("progress", () => {
  it("says how far the audit is, how fast, how long, and what it has found", () => {
    expect(progressText(halfway)).toBe("48 of 100 pages · 2 failed · 240 found · 4.3 pages/s · about 12 s left · 1 error, 2 warnings");
  });

  it("promises no time that it does not know", () => {
    expect(progressText({ ...halfway, secondsLeft: null, pagesPerSecond: 0 })).toBe("48 of 100 pages · 2 failed · 240 found · 1 error, 2 warnings");
  });

  it("says that it waits", () => {
    expect(progressText({ ...halfway, status: "queued" })).toBe("Waiting to start");
  });

  it.each([
    [90, "2 min"],
    [7_500, "2 h 5 min"],
  ])("rounds %i seconds to %s", (secondsLeft, text) => {
    expect(progressText({ ...halfway, secondsLeft })).toContain(`about ${text} left`);
  });

  it("fills the bar with what is settled and keeps to the width of the terminal", () => {
    expect(progressBar(halfway, 200)).toMatch(/^█{10}░{10} {2}48 of 100 pages/);
    expect(progressBar(halfway, 30)).toHaveLength(29);
    expect(progressBar({ ...halfway, fetched: 0, failed: 0, left: 0 }, 200)).toMatch(/^░{20} /);
  });
});
