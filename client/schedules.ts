import type { z } from "zod";
import {
  type CreateScheduleInput,
  type ListScheduleRunsQuery,
  NextTimes,
  type PreviewTimesInput,
  Schedule,
  ScheduleList,
  ScheduleRun,
  ScheduleRunList,
  type UpdateScheduleInput,
} from "../shared/schedules/index.ts";
import { type Connection, type EditOptions, everyItem, ifMatch, pathOf, queryOf } from "./connection.ts";

/** What a workspace has started by itself, when, and what became of it. */
export interface ScheduleCalls {
  /** Newest first; asked for page by page while they are read. */
  listSchedules(signal?: AbortSignal): AsyncGenerator<Schedule, void>;
  getSchedule(id: string): Promise<Schedule>;
  createSchedule(input: z.input<typeof CreateScheduleInput>): Promise<Schedule>;
  updateSchedule(id: string, input: z.input<typeof UpdateScheduleInput>, options?: EditOptions): Promise<Schedule>;
  deleteSchedule(id: string, options?: EditOptions): Promise<void>;
  /** The times that a schedule would have; nothing is made. */
  previewSchedule(input: z.input<typeof PreviewTimesInput>): Promise<NextTimes>;
  /** Ten unless said otherwise. */
  listNextTimes(id: string, count?: number): Promise<NextTimes>;
  /** Has it started once more; resolves with the run before it is started. */
  runSchedule(id: string): Promise<ScheduleRun>;
  pauseSchedule(id: string): Promise<Schedule>;
  /** Times that came meanwhile are not made up for. */
  resumeSchedule(id: string): Promise<Schedule>;
  /** Newest first; asked for page by page while they are read. */
  listScheduleRuns(id: string, filter?: Partial<Pick<ListScheduleRunsQuery, "state">>, signal?: AbortSignal): AsyncGenerator<ScheduleRun, void>;
}

export function scheduleCalls({ get, send, create, sendOnly }: Connection): ScheduleCalls {
  return {
    listSchedules: (signal) => everyItem((cursor) => get(ScheduleList, `/schedules${queryOf({ limit: 100, cursor })}`, signal)),
    getSchedule: (id) => get(Schedule, pathOf`/schedules/${id}`),
    createSchedule: (input) => create(Schedule, "/schedules", input),
    updateSchedule: (id, input, options) => send(Schedule, "PATCH", pathOf`/schedules/${id}`, input, ifMatch(options)),
    deleteSchedule: (id, options) => sendOnly("DELETE", pathOf`/schedules/${id}`, undefined, ifMatch(options)),
    previewSchedule: (input) => send(NextTimes, "POST", "/schedules/preview", input),
    listNextTimes: (id, count) => get(NextTimes, `${pathOf`/schedules/${id}/next`}${queryOf({ count })}`),
    runSchedule: (id) => create(ScheduleRun, pathOf`/schedules/${id}/run-now`),
    pauseSchedule: (id) => send(Schedule, "POST", pathOf`/schedules/${id}/pause`),
    resumeSchedule: (id) => send(Schedule, "POST", pathOf`/schedules/${id}/resume`),
    listScheduleRuns: (id, filter = {}, signal) =>
      everyItem((cursor) => get(ScheduleRunList, `${pathOf`/schedules/${id}/runs`}${queryOf({ limit: 100, ...filter, cursor })}`, signal)),
  };
}
