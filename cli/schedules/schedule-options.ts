import type { z } from "zod";
import { secondMs } from "../../shared/platform/index.ts";
import { CreateScheduleInput, missedPolicies, overlapPolicies, runStates, type ScheduleRun, UpdateScheduleInput } from "../../shared/schedules/index.ts";
import { addressOf } from "../address.ts";
import { durationOf, endOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { checkedJson, readJson } from "../files/json-file.ts";
import { choiceOf, refuseMore, wholeNumberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";

type Given = Parsed<string>;
type NewSchedule = z.input<typeof CreateScheduleInput>;
type Target = NewSchedule["target"];

const targetKinds = ["audit", "site-audits", "report"] as const;

const timeFlags = {
  cron: { value: "'CRON'", help: "When: minute, hour, day of the month, month and day of the week, such as '0 3 * * MON'" },
  every: { value: "TIME", help: "Instead: so much from one time to the next, such as 6h or 7d" },
  zone: { value: "ZONE", help: "Whose clocks are meant, such as Europe/Madrid (a new one: those of the workspace)" },
} as const satisfies Record<string, Flag>;

const targetFlags = {
  start: { value: "KIND", help: `What is started: ${targetKinds.join(", ")}` },
  url: { value: "URL", help: "What is audited (audit)" },
  project: { value: "ID", help: "Of this project alone (site-audits, report)" },
  "max-pages": { value: "NUMBER", help: "Pages of each audit (audit, site-audits)" },
  days: { value: "NUMBER", help: "How many days it looks back (report)" },
} as const satisfies Record<string, Flag>;

/** What a schedule is; the names of the options are also in `cli/explain.ts`. */
export const settingFlags = {
  name: { value: "NAME", help: "What to call it" },
  ...timeFlags,
  ...targetFlags,
  missed: { value: "POLICY", help: `Times that passed while nothing could be started: ${missedPolicies.join(", ")} (a new one: latest)` },
  overlap: { value: "POLICY", help: `A time that comes before the last run is over: ${overlapPolicies.join(", ")} (a new one: skip)` },
  jitter: { value: "TIME", help: "Put each time off by so much at most, such as 10m" },
  until: { value: "TIME", help: "Start nothing from then on: 90d, a day such as 2027-03-31, or never" },
  from: { value: "FILE", help: "JSON with any of these by their names in the API, such as a target with more options" },
} as const satisfies Record<string, Flag>;

export const nextFlags = { ...timeFlags, count: { value: "NUMBER", help: "How many times (default 10)" } } as const satisfies Record<string, Flag>;
export const runsFlags = {
  state: { value: "STATE", help: `Only those in this state: ${runStates.join(", ")}` },
  limit: { value: "NUMBER", help: "How many to show (default 50)" },
} as const satisfies Record<string, Flag>;

const mostTimes = 100;
const mostRuns = 10_000;
const usualRuns = 50;

/** What a file may say of a new schedule; the rest is on the command line. */
const NewFromFile = CreateScheduleInput.partial();

/** What names the schedule that is meant: its id or its name. Throws `UsageError`. */
export function scheduleIn(given: Given): string {
  const [text] = given.positionals;
  if (text === undefined) throw new UsageError("Say which schedule, by its id (sch_…) or its name; mentha schedules list shows them");
  refuseMore(given, 1);
  return text;
}

/** Reads what a new schedule shall be, but for the file. Throws `UsageError`. */
export function newScheduleOf(given: Given, now: number): () => Promise<NewSchedule> {
  refuseMore(given, 0);
  const file = given.get("from");
  const flags = settingsOf(given, now);
  const complete = (input: { readonly [Name in keyof NewSchedule]?: NewSchedule[Name] | undefined }): NewSchedule => {
    const { name, target } = input;
    if (name === undefined) throw new UsageError("Say what to call it: --name Weekly");
    if (target === undefined) throw new UsageError("Say what to start: --start audit --url example.com, --start site-audits or --start report");
    if (input.cron === undefined && input.every === undefined) throw new UsageError("Say when: --cron '0 3 * * MON' or --every 6h");
    return { ...input, name, target };
  };
  if (file === undefined) {
    const input = complete(flags);
    return async () => input;
  }
  return async () => complete({ ...(await settingsIn(file, NewFromFile)), ...flags });
}

/** Reads what shall change of a schedule, but for the file. Throws `UsageError`, also when that is nothing. */
export function editOf(given: Given, now: number): () => Promise<z.input<typeof UpdateScheduleInput>> {
  const file = given.get("from");
  const flags = settingsOf(given, now);
  if (file === undefined && Object.keys(flags).length === 0) throw new UsageError("Say what to change, such as --cron or --name");
  return async () => ({ ...(file === undefined ? {} : await settingsIn(file, UpdateScheduleInput)), ...flags });
}

/** Which times to show: of a schedule that there is, or of what could be one. Throws `UsageError`. */
export function nextOf(given: Given): { readonly typed: string | undefined; readonly times: Times; readonly count: number } {
  const [typed] = given.positionals;
  refuseMore(given, 1);
  const times = timesOf(given);
  const count = wholeNumberOf(given, "count", mostTimes) ?? 10;
  if (count === 0) throw new UsageError(`--count: 0 is not a whole number from 1 to ${mostTimes}`);
  if (typed !== undefined && Object.keys(times).length > 0) throw new UsageError("Give either a schedule, or the times that one could have");
  if (typed === undefined && times.cron === undefined && times.every === undefined)
    throw new UsageError("Say which schedule, by its id (sch_…) or its name, or try times: --cron '0 3 * * MON' --zone Europe/Madrid");
  return { typed, times, count };
}

/** Which runs to show. Throws `UsageError`. */
export function runsOf(given: Given): { readonly filter: { readonly state?: ScheduleRun["state"] }; readonly limit: number } {
  const state = choiceOf(given, "state", runStates);
  const limit = wholeNumberOf(given, "limit", mostRuns) ?? usualRuns;
  if (limit === 0) throw new UsageError(`--limit: 0 is not a whole number from 1 to ${mostRuns}`);
  return { filter: state === undefined ? {} : { state }, limit };
}

type Times = Pick<NewSchedule, "cron" | "every" | "timeZone">;

function timesOf(given: Given): Times {
  const [cron, every, timeZone] = [given.get("cron"), given.get("every"), given.get("zone")];
  if (cron !== undefined && every !== undefined) throw new UsageError("Give either --cron or --every");
  return { ...(cron === undefined ? {} : { cron }), ...(every === undefined ? {} : { every }), ...(timeZone === undefined ? {} : { timeZone }) };
}

/** What the options say, but for the file. Throws `UsageError`. */
function settingsOf(given: Given, now: number): Partial<NewSchedule> {
  const [name, jitter, until] = [given.get("name"), given.get("jitter"), given.get("until")];
  const [missed, overlap] = [choiceOf(given, "missed", missedPolicies), choiceOf(given, "overlap", overlapPolicies)];
  const target = targetOf(given);
  return {
    ...timesOf(given),
    ...(name === undefined ? {} : { name }),
    ...(target === undefined ? {} : { target }),
    ...(missed === undefined ? {} : { missed }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(jitter === undefined ? {} : { jitterSeconds: Math.floor(durationOf("--jitter", jitter) / secondMs) }),
    ...(until === undefined ? {} : { until: endOf("--until", until, now) }),
  };
}

type Own = Exclude<keyof typeof targetFlags, "start">;
/** Which options belong to which kind. */
const ownFlags: Readonly<Record<Target["kind"], readonly Own[]>> = {
  audit: ["url", "max-pages"],
  "site-audits": ["project", "max-pages"],
  report: ["project", "days"],
};
const allOwn: readonly Own[] = ["url", "project", "max-pages", "days"];

/** What is started, whole: what is not said of it is as usual. Throws `UsageError`. */
function targetOf(given: Given): Target | undefined {
  const kind = choiceOf(given, "start", targetKinds);
  const stray = allOwn.find((flag) => given.has(flag) && (kind === undefined || !ownFlags[kind].includes(flag)));
  if (stray !== undefined)
    throw new UsageError(
      kind === undefined ? `--${stray}: say with --start what is started, of ${targetKinds.join(", ")}` : `--${stray} says nothing of --start ${kind}`,
    );
  if (kind === undefined) return undefined;
  const [maxPages, days, projectId] = [wholeNumberOf(given, "max-pages"), wholeNumberOf(given, "days"), given.get("project")];
  const pages = maxPages === undefined ? {} : { maxPages };
  const project = projectId === undefined ? {} : { projectId };
  if (kind === "site-audits") return { kind, input: { ...project, ...pages } };
  if (kind === "report") return { kind, input: { ...project, ...(days === undefined ? {} : { days }) } };
  const url = given.get("url");
  if (url === undefined) throw new UsageError("Say what is audited: --start audit --url example.com");
  return { kind, input: { url: addressOf(url), ...pages } };
}

async function settingsIn<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T>> {
  return checkedJson(await readJson(file, { option: "--from", missing: "Write the schedule into it, as docs/schedules.md shows." }), schema, file);
}
