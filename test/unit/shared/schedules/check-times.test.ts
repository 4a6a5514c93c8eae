import { describe, expect, it } from "vitest";
import { AppError } from "../../../../shared/platform/index.ts";
import { checkTimes } from "../../../../shared/schedules/times/check-times.ts";

const now = Date.parse("2026-03-28T00:00Z");
const check = (asked: { cron?: string; every?: string; timeZone?: string }) => checkTimes({ timeZone: "Europe/Madrid", ...asked }, now);

function problemsOf(asked: Parameters<typeof check>[0]): readonly (readonly [string, string])[] {
  try {
    check(asked);
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid") return error.errors.map(({ path, message }) => [path, message]);
    throw error;
  }
  return [];
}

describe("times at which a report is sent", () => {
  const ofReport = (times: object) => checkTimes({ timeZone: "Europe/Madrid", targetKind: "report", ...times }, now);

  // The night after `now` the clocks are put forward.
  it.each([{ every: "6h" }, { every: "7d" }, { cron: "0 */6 * * *" }, { cron: "0 9 * * MON" }, { cron: "0 9,15 * * *" }])("may be %j", (times) => {
    expect(ofReport(times)).toMatchObject({ timeZone: "Europe/Madrid" });
  });

  it.each([{ every: "5h" }, { every: "5m" }, { cron: "0 */5 * * *" }, { cron: "0 9,14 * * *" }, { cron: "0 0,20 * * *" }])("may not be %j", (times) => {
    expect(() => ofReport(times)).toThrow(/more often than every 6 hours.*"(6h|0 \*\/6 \* \* \*)"/);
  });
});

describe("times that somebody asks for", () => {
  it.each([
    [{ cron: " 0  9 * * mon " }, { cron: "0 9 * * MON", everyMs: null, timeZone: "Europe/Madrid" }],
    [
      { cron: "*/5 * * * *", timeZone: "europe/madrid" },
      { cron: "*/5 * * * *", everyMs: null, timeZone: "Europe/Madrid" },
    ],
    [{ cron: "0-20/10,40 8-18/2 1,15 JAN-MAR 1-5" }, { cron: "0-20/10,40 8-18/2 1,15 JAN-MAR 1-5", everyMs: null, timeZone: "Europe/Madrid" }],
    [{ every: "5m" }, { cron: null, everyMs: 300_000, timeZone: "Europe/Madrid" }],
    [
      { every: "2d", timeZone: "UTC" },
      { cron: null, everyMs: 172_800_000, timeZone: "UTC" },
    ],
  ])("%j are stored in one way", (asked, expected) => {
    expect(check(asked)).toEqual(expected);
  });

  it.each([
    [{}, "cron", /Say when: cron .* "0 9 \* \* MON", or every .* "6h"/],
    [{ cron: "0 9 * * *", every: "6h" }, "cron", /either cron or every/],
    [{ cron: "" }, "cron", /five fields .* such as "0 9 \* \* MON" .* these are 0/],
    [{ cron: "0 9 * *" }, "cron", /these are 4/],
    [{ cron: "0 0 9 * * *" }, "cron", /these are 6/],
    [{ cron: "@daily" }, "cron", /Names such as @daily are not known here. Write "0 0 \* \* \*" instead/],
    [{ cron: "@Weekly" }, "cron", /"0 0 \* \* SUN"/],
    [{ cron: "@reboot" }, "cron", /these are 1/],
    [{ cron: "60 9 * * *" }, "cron", /The minute "60" .* from 0 to 59; write it such as 0, 15,45/],
    [{ cron: "0 24 * * *" }, "cron", /The hour "24" .* from 0 to 23/],
    [{ cron: "0 9 0 * *" }, "cron", /The day of the month "0" .* from 1 to 31/],
    [{ cron: "0 9 * FOO *" }, "cron", /The month "FOO" .* or one of JAN, FEB/],
    [{ cron: "0 9 * * 8" }, "cron", /The day of the week "8" .* from 0 to 7, or one of SUN/],
    [{ cron: "0 9 * * FRI-MON" }, "cron", /ends before it begins/],
    [{ cron: "0 9 * * MON#1" }, "cron", /The day of the week "MON#1"/],
    [{ cron: "0 9 L * *" }, "cron", /The day of the month "L"/],
    [{ cron: "5/10 * * * *" }, "cron", /has a step, which only \* or a range can have/],
    [{ cron: "*/0 * * * *" }, "cron", /a step that is none of 1 to 59/],
    [{ cron: "*/60 * * * *" }, "cron", /a step that is none of 1 to 59/],
    [{ cron: "1,,2 * * * *" }, "cron", /The minute "1,,2" cannot be read/],
    [{ cron: "1-2-3 * * * *" }, "cron", /cannot be read/],
    [{ cron: "0 0 31 2 *" }, "cron", /never comes/],
    [{ cron: "* * * * *" }, "cron", /more often than every 5 minutes.*"\*\/5 \* \* \* \*"/],
    [{ cron: "*/4 * * * *" }, "cron", /more often than every 5 minutes/],
    [{ cron: "*/7 * * * *" }, "cron", /more often than every 5 minutes/],
    [{ cron: "2,58 8-9 * * *" }, "cron", /more often than every 5 minutes/],
    [{ cron: "0,3 0 1 1 *" }, "cron", /more often than every 5 minutes/],
    [{ every: "4m" }, "every", /more often than every 5 minutes.*"5m"/],
    [{ every: "6h", timeZone: "Atlantis" }, "timeZone", /^"Atlantis" is no time zone. Give the name of one, such as Europe\/Madrid or UTC.$/],
    [{ every: "6h", timeZone: "Europe/Madird" }, "timeZone", /^"Europe\/Madird" is no time zone. Did you mean Europe\/Madrid\?$/],
    [{ every: "6h", timeZone: "madrid" }, "timeZone", /Did you mean Europe\/Madrid\?/],
    [{ every: "6h", timeZone: "+02:00" }, "timeZone", /^"\+02:00" is no time zone. Give the name/],
  ])("%j are refused", (asked, field, message) => {
    const problems = problemsOf(asked);
    expect(problems.map(([path]) => path)).toEqual([`body.${field}`]);
    expect(problems[0]?.[1]).toMatch(message);
  });

  it.each(["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"])("%s are refused with an expression that is taken", (cron) => {
    const [, message = ""] = problemsOf({ cron })[0] ?? [];
    expect(problemsOf({ cron: /"(.*)"/.exec(message)?.[1] ?? "" })).toEqual([]);
  });

  it("are refused for everything that is wrong with them at once", () => {
    expect(problemsOf({ cron: "x", timeZone: "nowhere" }).map(([path]) => path)).toEqual(["body.timeZone", "body.cron"]);
  });
});
