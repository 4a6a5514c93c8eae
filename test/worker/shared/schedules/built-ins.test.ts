import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { schedules } from "../../../../shared/db/schema/index.ts";
import { InstallationSchedule, makeBuiltIns } from "../../../../shared/schedules/index.ts";
import { toInstallationSchedule } from "../../../../shared/schedules/stored-schedule.ts";

const db = directoryDatabase(env);
/** A Saturday. */
const now = Date.UTC(2026, 10, 21, 12);
const stored = () => db.select().from(schedules).where(eq(schedules.workspaceId, installationId)).orderBy(schedules.builtIn);

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  await db.delete(schedules);
});

describe("the schedules that come with Mentha", () => {
  it("are made once, each with its next time", async () => {
    expect(await makeBuiltIns(db, now)).toBe(5);
    const rows = await stored();
    expect(rows.map(({ builtIn, targetKind, nextOccurrence }) => [builtIn, targetKind, new Date(nextOccurrence ?? 0).toISOString()])).toEqual([
      ["backup", "backup", "2026-11-22T01:30:00.000Z"],
      ["dead-letter-digest", "dead-letter-digest", "2026-11-22T06:00:00.000Z"],
      ["retention", "retention", "2026-11-22T02:30:00.000Z"],
      ["weekly-audits", "every-site-audits", "2026-11-23T03:00:00.000Z"],
      ["weekly-reports", "every-report", "2026-11-23T07:00:00.000Z"],
    ]);
    for (const row of rows)
      expect(InstallationSchedule.strict().parse(toInstallationSchedule(row))).toMatchObject({ timeZone: "UTC", isPaused: false, version: 1 });
    expect(await makeBuiltIns(db, now + 60_000)).toBe(0);
    expect(await stored()).toEqual(rows);
  });

  it("are made once by ticks that overlap", async () => {
    await Promise.all([makeBuiltIns(db, now), makeBuiltIns(db, now), makeBuiltIns(db, now)]);
    expect(await stored()).toHaveLength(5);
  });

  it("stay as operators left them, and one that a later release adds is made beside them", async () => {
    await makeBuiltIns(db, now);
    const edited = { cron: "0 4 * * *", name: "Ours", pausedAt: now, nextOccurrence: null, nextAt: null, version: 3 };
    await db.update(schedules).set(edited).where(eq(schedules.builtIn, "backup"));
    await db.delete(schedules).where(and(eq(schedules.workspaceId, installationId), eq(schedules.builtIn, "retention")));
    expect(await makeBuiltIns(db, now + 60_000)).toBe(1);
    const rows = await stored();
    expect(rows.map(({ builtIn }) => builtIn)).toContain("retention");
    expect(rows.find(({ builtIn }) => builtIn === "backup")).toMatchObject(edited);
  });
});
