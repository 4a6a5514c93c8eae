import { and, eq, isNotNull } from "drizzle-orm";
import { type Database, installationId } from "../db/client.ts";
import { schedules } from "../db/schema/index.ts";
import { commit, minuteMs, newId } from "../platform/index.ts";
import { anchorAt } from "./create-schedule.ts";
import { type ScheduleRow, targetColumns } from "./stored-schedule.ts";
import { InstallationTarget } from "./targets/target.ts";
import { planAfter } from "./times/start-time.ts";

interface BuiltIn {
  readonly name: string;
  /** In UTC, at first. */
  readonly cron: string;
  readonly target: InstallationTarget["kind"];
  readonly jitterMs?: number;
}

/**
 * What every installation has from the beginning, by the name that it keeps whatever operators call it. In the night, one after the other: what is deleted
 * is in a backup once more, and reports tell of the audits that were made before them.
 */
const builtIns: Readonly<Record<string, BuiltIn>> = {
  backup: { name: "Nightly backup", cron: "30 1 * * *", target: "backup" },
  retention: { name: "Deletion of what is kept long enough", cron: "30 2 * * *", target: "retention" },
  // Not all installations ask the sites of the world at the same minute.
  "weekly-audits": { name: "Weekly audits of every verified site", cron: "0 3 * * MON", target: "every-site-audits", jitterMs: 30 * minuteMs },
  "dead-letter-digest": { name: "Digest of dead letters", cron: "0 6 * * *", target: "dead-letter-digest" },
  "weekly-reports": { name: "Weekly reports", cron: "0 7 * * MON", target: "every-report" },
};

/**
 * Makes those that the installation does not have yet, of whichever release; what operators changed of others stays as it is. Returns how many.
 * @param directory where the installation's own rows are
 */
export async function makeBuiltIns(directory: Database, now: number): Promise<number> {
  const found = await directory
    .select({ builtIn: schedules.builtIn })
    .from(schedules)
    .where(and(eq(schedules.workspaceId, installationId), isNotNull(schedules.builtIn)));
  const known = new Set(found.map(({ builtIn }) => builtIn));
  const missing = Object.entries(builtIns).filter(([key]) => !known.has(key));
  if (missing.length === 0) return 0;
  // Another tick may make them at the same time. One statement for each: D1 binds a hundred values in one.
  await commit(
    directory,
    missing.map(([key, builtIn]) =>
      directory
        .insert(schedules)
        .values(rowOf(key, builtIn, now))
        .onConflictDoNothing(),
    ),
  );
  return missing.length;
}

function rowOf(key: string, { name, cron, target, jitterMs = 0 }: BuiltIn, now: number): ScheduleRow {
  const plan = { id: newId("schedule", now), cron, everyMs: null, anchorAt: anchorAt(now), timeZone: "UTC", untilAt: null, jitterMs };
  return {
    ...plan,
    // What it is told is what is usual of its kind.
    ...targetColumns(InstallationTarget.parse({ kind: target, input: {} })),
    ...planAfter(plan, now),
    ...{ name, missed: "latest", overlap: "skip", createdAt: now },
    workspaceId: installationId,
    createdBy: null,
    builtIn: key,
    pausedAt: null,
    version: 1,
  };
}
