import { describe, expect, it } from "vitest";
import { explain } from "../../../cli/explain.ts";
import { ApiProblem } from "../../../client/index.ts";

const tooMany = (detail: string, retryAfterMs: number) =>
  new ApiProblem({ status: 429, code: "rate_limited", detail, requestId: undefined, retryAfterMs, errors: [] });

describe("a wait that a server asks for", () => {
  it.each([
    ["Too many wrong passwords. Try again in 40 seconds.", 40_000, "Too many wrong passwords. Try again in 40 seconds."],
    ["Too many people. Try again in a few seconds.", 5_000, "Too many people. Try again in 5 seconds."],
    ["Too many requests. Wait as long as Retry-After says.", 1_000, "Too many requests. Try again in a second."],
    ["Try again in a second.", 1_000, "Try again in a second."],
    ["Version 1.5 is busy.", 2_000, "Version 1.5 is busy. Try again in 2 seconds."],
  ])("is said once: %j", (detail, ms, message) => {
    expect(explain(tooMany(detail, ms))).toEqual({ message, exitCode: 3 });
  });
});
