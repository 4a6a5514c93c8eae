import { minuteMs, secondMs } from "../../shared/platform/index.ts";
import type { NextTimes, Schedule, ScheduleRun } from "../../shared/schedules/index.ts";
import { clip } from "../clip.ts";
import { headedTable, listing, table, timeText } from "../table.ts";
import { resultText } from "./result-text.ts";
import { saysUtc, zonedText } from "./zoned-time.ts";

/** So that a line of a table stays one. */
const mostOfCell = 100;

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
    ...(jitterSeconds === 0 ? [] : [["Put off", `by ${spanText(jitterSeconds)} at most`] as const]),
    ["Next", nextAt === null ? stateText(one) : nextText(nextAt, timeZone)],
    ...(until === null ? [] : [["Until", zonedText(until, timeZone)] as const]),
    ["Missed", missedTexts[one.missed]],
    ["Overlap", overlapTexts[one.overlap]],
    ["Made", timeText(one.createdAt)],
  ]);
}

/** That a schedule was made, and when it comes first. */
export function createdText({ name, id, nextAt, timeZone }: Schedule): string {
  const next = nextAt === null ? "it never comes" : `next on ${zonedText(nextAt, timeZone, { isNamed: false })} (${timeZone})`;
  return `Created "${name}" (${id}): ${next}.`;
}

const nextText = (at: number, timeZone: string): string => (saysUtc(timeZone) ? zonedText(at, timeZone) : `${zonedText(at, timeZone)}, ${timeText(at)}`);

const spanText = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`);

/** Times as the clocks of the zone say them, and in UTC. */
export function timesTable({ times, timeZone }: NextTimes): string {
  const isUtc = saysUtc(timeZone);
  return headedTable(
    isUtc ? ["UTC"] : [timeZone, "UTC"],
    times.map(({ at }) => [zonedText(at, timeZone, { isNamed: false }), ...(isUtc ? [] : [timeText(at)])]),
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
  return headedTable([timeZone, "CAUSE", "STATE", "TOOK", "STARTED", "SAYS"], rows);
}

function tookText({ startedAt, finishedAt }: ScheduleRun): string {
  if (startedAt === null || finishedAt === null) return "";
  const ms = finishedAt - startedAt;
  return ms < 2 * minuteMs ? `${Math.round(ms / secondMs)} s` : `${Math.round(ms / minuteMs)} min`;
}
