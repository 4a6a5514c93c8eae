import { and, asc, eq, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { scheduleRuns, schedules } from "../db/schema/index.ts";

/** Removes some of a workspace's schedules, the runs of each before itself: no index leads to those by the workspace. The last answer is 0. */
export async function eraseSchedules(db: Database, workspaceId: string, rowsPerSlice: number): Promise<number> {
  const own = eq(schedules.workspaceId, workspaceId);
  const [schedule] = await db.select({ id: schedules.id }).from(schedules).where(own).orderBy(asc(schedules.id)).limit(1);
  if (schedule === undefined) return 0;
  const some = sql`select rowid from ${scheduleRuns} where ${scheduleRuns.scheduleId} = ${schedule.id} limit ${rowsPerSlice}`;
  const runs = await db.delete(scheduleRuns).where(and(eq(scheduleRuns.workspaceId, workspaceId), sql`rowid in (${some})`));
  if (runs.meta.changes > 0) return runs.meta.changes;
  return (await db.delete(schedules).where(and(own, eq(schedules.id, schedule.id)))).meta.changes;
}
