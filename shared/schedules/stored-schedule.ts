import type { schedules } from "../db/schema/index.ts";
import { secondMs } from "../platform/index.ts";
import type { InstallationSchedule, Schedule } from "./schemas.ts";
import { InstallationTarget, type Target, WorkspaceTarget } from "./targets/target.ts";
import { writeEvery } from "./times/every.ts";

export type ScheduleRow = typeof schedules.$inferSelect;

type Described = Omit<Schedule, "target">;

/** What is started, as it is stored in two columns. */
export const targetColumns = ({ kind, input }: Target) => ({ targetKind: kind, targetInput: input });

const storedTarget = ({ targetKind: kind, targetInput: input }: ScheduleRow) => ({ kind, input });

/** What a schedule starts, whoever it belongs to. */
export const targetOf = (row: ScheduleRow): Target => (row.builtIn === null ? WorkspaceTarget : InstallationTarget).parse(storedTarget(row));

/** A schedule of a workspace, for who reads it. */
export const toSchedule = (row: ScheduleRow): Schedule => ({ ...describe(row), target: WorkspaceTarget.parse(storedTarget(row)) });

/** A schedule of the installation, for who reads it. */
export const toInstallationSchedule = (row: ScheduleRow): InstallationSchedule => ({ ...describe(row), target: InstallationTarget.parse(storedTarget(row)) });

function describe(row: ScheduleRow): Described {
  const { id, name, cron, everyMs, timeZone, missed, overlap, untilAt, pausedAt, nextAt, builtIn, version, createdAt } = row;
  return {
    ...{ id, name, cron, timeZone, missed, overlap, nextAt, builtIn, version, createdAt },
    every: everyMs === null ? null : writeEvery(everyMs),
    jitterSeconds: row.jitterMs / secondMs,
    until: untilAt,
    isPaused: pausedAt !== null,
  };
}
