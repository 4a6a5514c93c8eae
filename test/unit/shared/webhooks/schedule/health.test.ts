import { describe, expect, it } from "vitest";
import { dayMs } from "../../../../../shared/platform/index.ts";
import { afterAttempt, healthy, nextStepAt, stepOf } from "../../../../../shared/webhooks/schedule/health.ts";

const start = 1_800_000_000_000;
const failing = afterAttempt(healthy, false, start);

describe("an endpoint that fails", () => {
  it.each([
    [0, 0, { is: "none" }],
    [1, 0, { is: "warn", warning: 1, since: start }],
    [2.9, 1, { is: "none" }],
    [3, 1, { is: "warn", warning: 2, since: start }],
    [3.5, 0, { is: "warn", warning: 2, since: start }],
    [4.9, 2, { is: "none" }],
    [5, 2, { is: "disable" }],
    [9, 0, { is: "disable" }],
  ] as const)("after %d days and %i warnings asks for what it should", (days, warnings, step) => {
    expect(stepOf({ ...failing, warnings }, start + days * dayMs)).toEqual(step);
  });

  it("has been failing since its first failure, and not at all once something succeeded", () => {
    const later = afterAttempt(failing, false, start + dayMs);
    expect(later).toEqual({ failingSince: start, warnings: 0 });
    expect(afterAttempt(later, true, start + dayMs)).toEqual(healthy);
    expect(stepOf(healthy, start + 9 * dayMs)).toEqual({ is: "none" });
  });

  it("is looked at again when the next step is due", () => {
    expect([0, 1, 2].map((warnings) => ((nextStepAt({ ...failing, warnings }) ?? 0) - start) / dayMs)).toEqual([1, 3, 5]);
    expect(nextStepAt(healthy)).toBeNull();
  });
});
