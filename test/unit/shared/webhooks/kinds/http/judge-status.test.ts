import { describe, expect, it } from "vitest";
import { judgeStatus } from "../../../../../../shared/webhooks/kinds/http/judge-status.ts";

const now = Date.UTC(2026, 10, 22, 12);
const judged = (status: number, headers: Record<string, string> = {}, body = "") => judgeStatus({ status, headers: new Headers(headers), body }, now);

describe("an answer", () => {
  it.each([200, 201, 202, 204, 299])("of %i is a success", (status) => {
    expect(judged(status, { "retry-after": "60" }, "error")).toEqual({ is: "delivered" });
  });

  it.each([
    [301, "redirect", "few"],
    [302, "redirect", "few"],
    [307, "redirect", "few"],
    [308, "redirect", "few"],
    [400, "status", "few"],
    [401, "status", "few"],
    [403, "status", "few"],
    [404, "status", "few"],
    [418, "status", "few"],
    [422, "status", "few"],
    [408, "status", "schedule"],
    [409, "status", "schedule"],
    [425, "status", "schedule"],
    [429, "status", "schedule"],
    [500, "status", "schedule"],
    [502, "status", "schedule"],
    [503, "status", "schedule"],
    [504, "status", "schedule"],
    [599, "status", "schedule"],
  ])("of %i is a failure %s, tried again %s", (status, failure, retry) => {
    const verdict = judged(status);
    expect(verdict).toMatchObject({ is: "failed", failure, retry, message: expect.stringContaining(String(status)) });
    expect(verdict).not.toHaveProperty("disables");
    expect(verdict).not.toHaveProperty("retryAfterMs");
  });

  it("of 410 ends the endpoint", () => {
    expect(judged(410, { "retry-after": "60" })).toMatchObject({ is: "failed", failure: "gone", retry: "never", disables: true });
  });

  it.each([
    [429, "120", 120_000],
    [503, "0", 0],
    [503, new Date(now + 90_000).toUTCString(), 90_000],
    [429, new Date(now - 90_000).toUTCString(), 0],
  ])("of %i with Retry-After: %s says how long to wait", (status, value, retryAfterMs) => {
    expect(judged(status, { "retry-after": value })).toMatchObject({ retry: "schedule", retryAfterMs });
  });

  it.each([
    [429, "soon"],
    [500, "120"],
    [404, "120"],
  ])("of %i with Retry-After: %s does not", (status, value) => {
    expect(judged(status, { "retry-after": value })).not.toHaveProperty("retryAfterMs");
  });
});
