import { describe, expect, it } from "vitest";
import { AppError } from "../../../../shared/platform/errors.ts";
import { createLog } from "../../../../shared/platform/log.ts";
import { reportFault } from "../../../../shared/platform/report-fault.ts";

const key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
const valid = { ENVIRONMENT: "test", ENCRYPTION_KEY: key, SIGNING_KEYS: `k1:${key}`, PUBLIC_URL: "https://mentha.test" };

/** The log lines of one fault, and how many reports were sent. */
function report(env: object, cause: unknown) {
  const lines: Record<string, unknown>[] = [];
  let sent = 0;
  const log = createLog((_, line) => lines.push(JSON.parse(line)));
  reportFault({ env, context: { waitUntil: () => sent++ }, log }, "message failed", cause, { queue: "work" });
  return { lines, sent };
}

describe("a fault", () => {
  it("is logged with what it is about and every cause", () => {
    const cause = new AppError("unavailable", "The database did not answer.", { cause: new Error("connection reset") });
    const { lines, sent } = report({ ...valid }, cause);
    expect(lines).toEqual([
      expect.objectContaining({
        level: "error",
        msg: "message failed",
        queue: "work",
        errorCode: "unavailable",
        errorMessage: "The database did not answer. < connection reset",
      }),
    ]);
    expect(sent).toBe(0);
  });

  it.each([
    { what: "that nobody foresaw is sent to Sentry", cause: new TypeError("x is not a function"), reports: 1 },
    { what: "that was foreseen is only logged", cause: new AppError("host_unreachable", "gone"), reports: 0 },
  ])("$what", ({ cause, reports }) => {
    // The discard port of this machine: the report goes nowhere, and its failure is nobody's.
    const { lines, sent } = report({ ...valid, SENTRY_DSN: "http://key@127.0.0.1:9/1" }, cause);
    expect(lines).toHaveLength(1);
    expect(sent).toBe(reports);
  });

  it.each([{}, { ENVIRONMENT: "nowhere" }, { ...valid, SENTRY_DSN: "sentry.io" }])(
    "is logged, and nothing is thrown, when the configuration is wrong (%j)",
    (env) => {
      const { lines, sent } = report(env, new Error("unknown"));
      expect(lines[0]).toMatchObject({ level: "error", msg: "message failed", errorMessage: "unknown" });
      expect(sent).toBe(0);
    },
  );
});
