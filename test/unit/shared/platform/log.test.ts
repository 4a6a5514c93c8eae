import { describe, expect, it } from "vitest";
import { errorFields } from "../../../../shared/platform/error-fields.ts";
import { AppError } from "../../../../shared/platform/errors.ts";
import { createLog, redact } from "../../../../shared/platform/log.ts";

const key = "mk_live_ThisIsNotARealKeyButItLooksLikeOneOfThem0123456789";

function recorder() {
  const lines: { level: string; line: string }[] = [];
  return {
    lines,
    log: createLog(
      (level, line) => void lines.push({ level, line }),
      () => 1_800_000_000_000,
    ),
  };
}

describe("a log line", () => {
  it("is one JSON object with its time, level, message and fields", () => {
    const { lines, log } = recorder();
    log.with({ requestId: "req_1" }).warn("slow\nanswer", { durationMs: 900 });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.level).toBe("warn");
    expect(lines[0]?.line).not.toContain("\n");
    expect(JSON.parse(lines[0]?.line ?? "")).toEqual({
      ts: "2027-01-15T08:00:00.000Z",
      level: "warn",
      msg: "slow\nanswer",
      requestId: "req_1",
      durationMs: 900,
    });
  });

  it("has no place for anything but the known fields, even when a caller smuggles one in", () => {
    const { lines, log } = recorder();
    const smuggled = { status: 200, authorization: `Bearer ${key}`, body: { password: "hunter2" } };
    log.info("request", smuggled);
    expect(JSON.parse(lines[0]?.line ?? "")).toEqual({ ts: expect.any(String), level: "info", msg: "request", status: 200 });
  });

  it.each([
    ["an API key", `refused ${key}`],
    ["a bearer token", "sent Authorization: Bearer abc.def-ghi"],
    ["basic credentials", "sent Basic dXNlcjpwYXNz"],
    ["credentials in an address", "cannot fetch https://user:hunter2@example.com/"],
    ["a query string", "cannot fetch https://example.com/reset?token=hunter2&x=1 now"],
    ["what a query was given", "Failed query: select ?\nparams: hunter2,abc.def-ghi"],
  ])("never quotes %s", (_, text) => {
    const { lines, log } = recorder();
    log.error(text, { errorMessage: text, stack: text });
    for (const secret of [key.slice(9), "abc.def-ghi", "dXNlcjpwYXNz", "hunter2"]) expect(lines[0]?.line).not.toContain(secret);
    expect(lines[0]?.line).toContain("[secret]");
  });

  it.each([
    ["credentials and a query", "https://u:hunter2@a.example/(b)?hunter2 now", "https://[secret]@a.example/(b)?[secret] now"],
    ["a query in brackets", "(https://a.example/?hunter2) and (http://b.example?hunter2)", "(https://a.example/?[secret]) and (http://b.example?[secret])"],
    ["quoted addresses", `"https://a.example/?hunter2" 'https://b.example/'`, `"https://a.example/?[secret]" 'https://b.example/'`],
  ])("hides no more than the secret: %s", (_, text, hidden) => {
    expect(redact(text)).toBe(hidden);
  });

  it.each([
    ["addresses without end", "http://".repeat(300_000)],
    ["addresses without a query", "https://a".repeat(300_000)],
    ["spaces after a scheme", `Bearer${" ".repeat(300_000)}!`],
    ["the beginning of a key", "mk_live".repeat(300_000)],
  ])("is written in time whatever it quotes: %s", (_, text) => {
    expect(redact(text) === text).toBe(true); // not toBe(text): the difference would fill megabytes
  });

  it("keeps what is not secret readable", () => {
    expect(redact("cannot fetch https://example.com/a/b: 503")).toBe("cannot fetch https://example.com/a/b: 503");
  });
});

describe("an error in the log", () => {
  it("says its code and the words of every cause", () => {
    const error = new AppError("unavailable", "The database did not answer.", { cause: new Error("D1_ERROR", { cause: new Error("disk full") }) });
    expect(errorFields(error)).toMatchObject({ errorCode: "unavailable", errorMessage: "The database did not answer. < D1_ERROR < disk full" });
  });

  it("is internal, and may be tried again, when nobody foresaw it", () => {
    expect(AppError.from(new TypeError("x is undefined"))).toMatchObject({ code: "internal", retryable: true });
    expect(AppError.from("just text")).toMatchObject({ code: "internal", message: "just text" });
  });

  it.each([
    ["unavailable", true],
    ["host_unreachable", true],
    ["upstream_timeout", true],
    ["not_found", false],
    ["invalid", false],
    ["egress_refused", false],
  ] as const)("of code %s is retryable: %s", (code, retryable) => {
    expect(new AppError(code, "").retryable).toBe(retryable);
    expect(new AppError(code, "", { retryable: !retryable }).retryable).toBe(!retryable);
  });
});
