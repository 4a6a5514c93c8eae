import { type ApiClient, ApiProblem } from "../../client/index.ts";
import type { Schedule, ScheduleRun } from "../../shared/schedules/index.ts";
import type { Action } from "../action.ts";
import type { Answer } from "../answer.ts";
import { CommandError } from "../errors.ts";
import { refuseMore } from "../flag-values.ts";
import { agrees, deleteFlags, requireSomebody } from "../sure.ts";
import type { Terminal } from "../terminal.ts";
import { asTyped, scheduleNamed } from "./find-schedule.ts";
import { editOf, newScheduleOf, nextFlags, nextOf, runsFlags, runsOf, scheduleIn, settingFlags } from "./schedule-options.ts";
import { createdText, runTable, scheduleDetails, scheduleTable, targetText, timesTable } from "./schedule-text.ts";

export const actions = {
  list: {
    usage: "list",
    summary: "Show the schedules of the workspace, newest first",
    flags: {},
    prepare: (given) => {
      refuseMore(given, 0);
      return async (client, { signal }) => {
        const schedules: Schedule[] = [];
        for await (const schedule of client.listSchedules(signal)) schedules.push(schedule);
        if (schedules.length === 0) return { text: "", json: schedules, note: "No schedules yet." };
        return { text: scheduleTable(schedules), json: schedules };
      };
    },
  },
  show: {
    usage: "show SCHEDULE",
    summary: "Show what is known of a schedule, and when it comes next",
    flags: {},
    prepare: (given) => {
      const typed = scheduleIn(given);
      return async (client) => known(await client.getSchedule(await scheduleNamed(client, typed)));
    },
  },
  create: {
    usage: "create --name NAME --start KIND --cron CRON",
    summary: "Have something started by itself",
    flags: settingFlags,
    prepare: (given, now) => {
      const readInput = newScheduleOf(given, now);
      return async (client) => {
        const schedule = await client.createSchedule(await readInput());
        return { ...known(schedule), note: createdText(schedule) };
      };
    },
  },
  edit: {
    usage: "edit SCHEDULE",
    summary: "Change what is given of a schedule; the rest stays",
    flags: settingFlags,
    prepare: (given, now) => {
      const typed = scheduleIn(given);
      const readInput = editOf(given, now);
      return async (client) => edit(client, typed, await readInput());
    },
  },
  next: {
    usage: "next [SCHEDULE]",
    summary: "Show the next times of a schedule, or of one that could be made",
    flags: nextFlags,
    prepare: (given) => {
      const { typed, times, count } = nextOf(given);
      return async (client) => {
        const next =
          typed === undefined ? await client.previewSchedule({ ...times, count }) : await client.listNextTimes(await scheduleNamed(client, typed), count);
        if (next.times.length === 0) return { text: "", json: next, note: "It does not come again: it is paused, or over." };
        return { text: timesTable(next), json: next };
      };
    },
  },
  runs: {
    usage: "runs SCHEDULE",
    summary: "Show what became of its times, newest first",
    flags: runsFlags,
    prepare: (given) => {
      const typed = scheduleIn(given);
      const { filter, limit } = runsOf(given);
      return async (client, { signal }) => {
        const { id, timeZone } = await client.getSchedule(await scheduleNamed(client, typed));
        const runs: ScheduleRun[] = [];
        for await (const run of client.listScheduleRuns(id, filter, signal)) {
          runs.push(run);
          if (runs.length === limit) break;
        }
        if (runs.length === 0) return { text: "", json: runs, note: "No such runs." };
        return { text: runTable(runs, timeZone), json: runs };
      };
    },
  },
  run: {
    usage: "run SCHEDULE",
    summary: "Start it once more, now",
    flags: {},
    prepare: (given) => {
      const typed = scheduleIn(given);
      return async (client) => {
        const id = await scheduleNamed(client, typed);
        const run = await client.runSchedule(id);
        return { text: "", json: run, note: `The schedule ${asTyped(typed, id)} starts within moments; mentha schedules runs ${id} shows how it gets on.` };
      };
    },
  },
  pause: {
    usage: "pause SCHEDULE",
    summary: "Start nothing until it is resumed",
    flags: {},
    prepare: (given) => {
      const typed = scheduleIn(given);
      return async (client) => {
        const id = await scheduleNamed(client, typed);
        return { text: "", json: await client.pauseSchedule(id), note: `The schedule ${asTyped(typed, id)} is paused.` };
      };
    },
  },
  resume: {
    usage: "resume SCHEDULE",
    summary: "Go on with the next time from now",
    flags: {},
    prepare: (given) => {
      const typed = scheduleIn(given);
      return async (client) => {
        const schedule = await client.resumeSchedule(await scheduleNamed(client, typed));
        return { text: scheduleDetails(schedule), json: schedule };
      };
    },
  },
  delete: {
    usage: "delete SCHEDULE",
    summary: "Delete a schedule and the list of its runs",
    flags: deleteFlags,
    prepare: (given) => {
      const typed = scheduleIn(given);
      return (client, terminal) => remove(client, typed, given.has("yes"), terminal);
    },
  },
} as const satisfies Record<string, Action>;

const known = (schedule: Schedule): Answer => ({ text: scheduleDetails(schedule), json: schedule });

/** Changes a schedule as it is now: what somebody else changes at the same time is not undone unseen. */
async function edit(client: ApiClient, typed: string, input: Parameters<ApiClient["updateSchedule"]>[1]): Promise<Answer> {
  const { id, version } = await client.getSchedule(await scheduleNamed(client, typed));
  try {
    return known(await client.updateSchedule(id, input, { ifVersion: version }));
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem) || thrown.code !== "precondition_failed") throw thrown;
    throw new CommandError("Somebody else changed this schedule at the same time, so nothing of yours was changed. Look at it, and try again.", {
      cause: thrown,
    });
  }
}

async function remove(client: ApiClient, typed: string, isSure: boolean, terminal: Terminal): Promise<Answer> {
  requireSomebody(terminal, isSure, "Say --yes to delete it.");
  const id = await scheduleNamed(client, typed);
  if (!isSure) {
    const { target } = await client.getSchedule(id);
    const isAgreed = await agrees(terminal, `Delete the schedule ${asTyped(typed, id)}, which starts ${targetText(target)}?`);
    if (!isAgreed) return { text: "", json: { id, isDeleted: false }, note: "Nothing is deleted." };
  }
  await client.deleteSchedule(id);
  return { text: "", json: { id, isDeleted: true }, note: `The schedule ${asTyped(typed, id)} is deleted.` };
}
