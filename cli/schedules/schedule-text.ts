import { minuteMs, secondMs } from "../../shared/platform/index.ts";
import type { NextTimes, Schedule, ScheduleRun } from "../../shared/schedules/index.ts";
import { clip } from "../clip.ts";
import { listing, table, timeText } from "../table.ts";
import { zonedText } from "./zoned-time.ts";

/** So that a line of a table stays one. */
const mostOfCell = 60;

/** When it comes, as it was given. */
export const whenText = ({ cron, every, timeZone }: Pick<Schedule, "cron" | "every" | "timeZone">): string =>
  cron === null ? `every ${every ?? "?"}` : `${cron} (${timeZone})`;

type Target = Schedule["target"];

const starts: { readonly [K in Target["kind"]]: (input: Extract<Target, { kind: K }>["input"]) => string } = {
  audit: ({ url, maxPages }) => `an audit of ${url}, ${maxPages} pages at most`,
  "site-audits": ({ projectId, maxPages }) => `an audit of each verified site of ${projectId ?? "all projects"}, ${maxPages} pages at most each`,
  report: ({ projectId, days }) => `a report of ${projectId ?? "all projects"} over ${days === 1 ? "a day" : `${days} days`}`,
};

/** What it starts, in words. */
export function targetText(target: Target): string {
  if (target.kind === "audit") return starts.audit(target.input);
  return target.kind === "report" ? starts.report(target.input) : starts["site-audits"](target.input);
}

function stateText({ isPaused, nextAt, timeZone }: Schedule): string {
  if (isPaused) return "paused";
  return nextAt === null ? "over" : zonedText(nextAt, timeZone, { isNamed: false });
}

/** Schedules as a table; times are those of each one's zone. */
export function scheduleTable(schedules: readonly Schedule[]): string {
  const rows = schedules.map((one) => [one.id, clip(one.name), one.target.kind, whenText(one), stateText(one)]);
  return table(["id", "name", "starts", "when", "next"], rows);
}

const missedTexts: Readonly<Record<Schedule["missed"], string>> = {
  skip: "not made up for",
  latest: "the latest one is made up for",
  all: "all are made up for, 100 at most",
};
const overlapTexts: Readonly<Record<Schedule["overlap"], string>> = {
  skip: "a time that comes before the last run is over is skipped",
  queue: "a time that comes before the last run is over waits for it",
  allow: "runs may be under way at the same time",
};

/** All that is known of a schedule. */
export function scheduleDetails(one: Schedule): string {
  const { jitterSeconds, until, nextAt, timeZone } = one;
  return listing([
    ["Id", one.id],
    ["Name", one.name],
    ["Starts", targetText(one.target)],
    ["When", whenText(one)],
    ...(jitterSeconds === 0 ? [] : [["Put off", `by ${jitterSeconds} s at most`] as const]),
    ["Next", nextAt === null ? stateText(one) : `${zonedText(nextAt, timeZone)}, ${timeText(nextAt)}`],
    ...(until === null ? [] : [["Until", zonedText(until, timeZone)] as const]),
    ["Missed", missedTexts[one.missed]],
    ["Overlap", overlapTexts[one.overlap]],
    ["Made", timeText(one.createdAt)],
  ]);
}

/** Times as the clocks of the zone say them, and in UTC. */
export function timesTable({ times, timeZone }: NextTimes): string {
  return table(
    [timeZone, "utc"],
    times.map(({ at }) => [zonedText(at, timeZone, { isNamed: false }), timeText(at)]),
  );
}

/** Runs as a table; times are those of the zone. */
export function runTable(runs: readonly ScheduleRun[], timeZone: string): string {
  const rows = runs.map((run) => [
    zonedText(run.occurrence, timeZone, { isNamed: false }),
    run.cause === "person" ? "asked for" : "planned",
    run.state,
    tookText(run),
    run.startedId ?? "",
    clip(run.reason ?? resultText(run.result), mostOfCell),
  ]);
  return table([timeZone, "cause", "state", "took", "started", "says"], rows);
}

function tookText({ startedAt, finishedAt }: ScheduleRun): string {
  if (startedAt === null || finishedAt === null) return "";
  const ms = finishedAt - startedAt;
  return ms < 2 * minuteMs ? `${Math.round(ms / secondMs)} s` : `${Math.round(ms / minuteMs)} min`;
}

const resultText = (result: ScheduleRun["result"]): string =>
  Object.entries(result ?? {})
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
