import { and, eq, sql } from "drizzle-orm";
import { schedules } from "../db/schema/index.ts";
import { guarded, type Statement, versionClash } from "../platform/index.ts";
import { findSchedule, ofSchedule, type Place } from "./place.ts";
import type { ScheduleRow } from "./stored-schedule.ts";

export type Changes = Partial<Omit<ScheduleRow, "id" | "workspaceId" | "builtIn" | "createdBy" | "createdAt" | "version">>;

interface Beside {
  /** What belongs to the change, such as its entry in the audit log: one batch with it, and after the write. */
  readonly statements: readonly Statement[];
  /** The version that the caller has seen, when it must be that one. */
  readonly ifVersion?: number | undefined;
  /** Throws when it was one of the statements that did not hold. */
  readonly explain?: () => Promise<void>;
}

/**
 * Writes a change of a schedule that is still as `row`, and answers with it as it is then. A tick that came in between has moved its next time, so that
 * counts as a change too: else a time that ran already would be planned again.
 * @throws AppError `not_found`; `conflict`, or `precondition_failed` with `ifVersion`, when it was changed in the meantime
 */
export async function changeSchedule(place: Place, row: ScheduleRow, changes: Changes, { statements, ifVersion, explain }: Beside): Promise<ScheduleRow> {
  const { ctx } = place;
  const version = row.version + 1;
  const write = ctx.db
    .update(schedules)
    .set({ ...changes, version })
    .where(and(ofSchedule(ctx, row.id), eq(schedules.version, row.version), sql`${schedules.nextOccurrence} is ${row.nextOccurrence}`));
  await place.commit([...guarded(ctx.db, write), ...statements], async () => {
    await findSchedule(place, row.id);
    await explain?.();
    return versionClash(ifVersion);
  });
  return { ...row, ...changes, version };
}
