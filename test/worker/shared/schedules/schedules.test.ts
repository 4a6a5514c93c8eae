import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { schedules, workspaces } from "../../../../shared/db/schema/index.ts";
import { AppError, type Context, hourMs, newId, type Permission, permissions } from "../../../../shared/platform/index.ts";
import { createProject } from "../../../../shared/projects/index.ts";
import {
  CreateScheduleInput,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listScheduleRuns,
  listSchedules,
  maxSchedules,
  nextTimes,
  pauseSchedule,
  previewTimes,
  resumeSchedule,
  runSchedule,
  updateSchedule,
} from "../../../../shared/schedules/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { hourlyAudit, scheduleBench, scheduleRow } from "../../../helpers/worker/schedules.ts";

const start = Date.parse("2026-03-28T00:30:00Z");
const hour = (count: number): number => Date.parse("2026-03-28T00:00:00Z") + count * hourMs;

let workspace: SeededWorkspace;
let bench: ReturnType<typeof scheduleBench>;
let ctx: Context;
beforeEach(async () => {
  workspace = await seedWorkspace();
  bench = scheduleBench(workspace, start);
  ctx = bench.ctx;
});

const entriesOf = (targetId: string) => bench.db.query.auditLog.findMany({ where: (log, { eq: is }) => is(log.targetId, targetId) });
const about = (input: unknown) => CreateScheduleInput.parse({ name: "One", every: "1d", ...(typeof input === "object" ? input : {}) });

/** What a verb throws: its code, and the fields that it names. */
async function refusalOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? [error.code, ...error.errors.map(({ path }) => path)] : ["nothing thrown"];
}

describe("a new schedule", () => {
  it("is what was asked, with what is usual, and can be read again", async () => {
    await bench.db.update(workspaces).set({ timeZone: "Europe/Madrid" }).where(eq(workspaces.id, workspace.id));
    const created = await createSchedule(ctx, hourlyAudit({ cron: "30 2 * * *" }));
    expect(created).toEqual({
      id: expect.stringMatching(/^sch_/),
      name: "Hourly",
      cron: "30 2 * * *",
      every: null,
      timeZone: "Europe/Madrid",
      missed: "latest",
      overlap: "skip",
      jitterSeconds: 0,
      until: null,
      isPaused: false,
      nextAt: Date.parse("2026-03-28T01:30:00Z"),
      builtIn: null,
      version: 1,
      createdAt: start,
      target: { kind: "audit", input: { url: "https://shop.test/", maxPages: 100, include: [], exclude: [], respectRobots: true } },
    });
    expect(await getSchedule(ctx, created.id)).toEqual(created);
    expect((await listSchedules(ctx, { limit: 50 })).items).toEqual([created]);
  });

  it("that comes every so much begins so much later, on the minute", async () => {
    bench.goTo(start + 12_345);
    const { nextAt, every } = await createSchedule(ctx, about({ every: "90m", target: { kind: "audit", input: { url: "https://shop.test/" } } }));
    expect([every, nextAt]).toEqual(["90m", hour(2)]);
  });

  it("is told of in the audit log, without the query of its address", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit({ target: hourlyAudit({}).target }));
    await updateSchedule(ctx, id, { target: CreateScheduleInput.parse(hourlyAudit()).target, name: "Other" });
    const target = { kind: "audit", input: { url: "https://shop.test/a?token=secret" } };
    const other = await createSchedule(ctx, about({ target }));
    const [entry] = await entriesOf(other.id);
    expect(entry).toMatchObject({ action: "schedule.create", userId: workspace.userId });
    expect(JSON.stringify(entry)).toContain("https://shop.test/a?…");
    expect(JSON.stringify(entry)).not.toContain("secret");
  });

  it.each([
    ["an address that is no web site", { kind: "audit", input: { url: "http://10.0.0.1/" } }, ["egress_refused"]],
    ["a password in the address", { kind: "audit", input: { url: "https://a:b@shop.test/" } }, ["invalid", "body.target.input.url"]],
    [
      "ignoring robots.txt elsewhere",
      { kind: "audit", input: { url: "https://shop.test/", respectRobots: false } },
      ["invalid", "body.target.input.respectRobots"],
    ],
    ["a project that there is not", { kind: "site-audits", input: { projectId: newId("project"), maxPages: 10 } }, ["invalid", "body.target.input.projectId"]],
    ["a report of one that there is not", { kind: "report", input: { projectId: newId("project") } }, ["invalid", "body.target.input.projectId"]],
  ])("is refused for %s", async (_what, target, expected) => {
    expect(await refusalOf(createSchedule(ctx, about({ target })))).toEqual(expected);
    expect((await listSchedules(ctx, { limit: 50 })).items).toEqual([]);
  });

  it.each([
    [{ cron: "0 9 * *" }, ["invalid", "body.cron"]],
    [{ every: "1m" }, ["invalid", "body.every"]],
    [{ every: "1h", cron: "0 9 * * *" }, ["invalid", "body.cron"]],
    [{ every: "1h", timeZone: "Nowhere" }, ["invalid", "body.timeZone"]],
    [{ every: "1h", until: start }, ["invalid", "body.until"]],
  ])("is refused for times such as %j", async (times, expected) => {
    const { cron: _, ...rest } = hourlyAudit();
    expect(await refusalOf(createSchedule(ctx, { ...rest, ...times }))).toEqual(expected);
  });

  it("may be about a project of the workspace, and not about one of another", async () => {
    const other = contextOf(env, await seedWorkspace());
    const target = (projectId: string) => about({ target: { kind: "site-audits", input: { projectId, maxPages: 10 } } });
    const own = await createProject(ctx, { name: "Shop" });
    const foreign = await createProject(other, { name: "Shop" });
    expect(await createSchedule(ctx, target(own.id))).toMatchObject({ target: { kind: "site-audits", input: { projectId: own.id } } });
    expect(await refusalOf(createSchedule(ctx, target(foreign.id)))).toEqual(["invalid", "body.target.input.projectId"]);
  });

  it("is refused once there are as many as a workspace may have, with two asked for at once too", async () => {
    for (let index = 0; index < maxSchedules - 1; index++) await bench.db.insert(schedules).values(scheduleRow(workspace.id));
    const outcomes = await Promise.all([1, 2].map(() => refusalOf(createSchedule(ctx, hourlyAudit()))));
    expect(outcomes.flatMap((each) => each.slice(0, 1)).sort()).toEqual(["conflict", "nothing thrown"]);
    expect(await bench.db.$count(schedules, eq(schedules.workspaceId, workspace.id))).toBe(maxSchedules);
  });
});

describe("a change of a schedule", () => {
  it("plans anew from now where its times change, and keeps what is planned where they do not", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    bench.goTo(hour(3) + 1);
    expect(await updateSchedule(ctx, id, { name: "Shop" })).toMatchObject({ name: "Shop", nextAt: hour(1), version: 2 });
    expect(await updateSchedule(ctx, id, { cron: "0 */2 * * *" })).toMatchObject({ cron: "0 */2 * * *", nextAt: hour(4), version: 3 });
    expect(await updateSchedule(ctx, id, { every: "12h" })).toMatchObject({ cron: null, every: "12h", nextAt: hour(15), version: 4 });
    expect(await updateSchedule(ctx, id, { until: hour(5) })).toMatchObject({ nextAt: null });
    expect(await updateSchedule(ctx, id, { until: null })).toMatchObject({ nextAt: hour(15) });
    expect(await updateSchedule(ctx, id, { timeZone: "Europe/Madrid", cron: "0 9 * * *" })).toMatchObject({ nextAt: hour(8), every: null });
  });

  it("puts off what is planned by its new jitter, the same each time", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    const { nextAt } = await updateSchedule(ctx, id, { jitterSeconds: 3_000 });
    expect(nextAt).toBeGreaterThan(hour(1));
    expect(nextAt).toBeLessThanOrEqual(hour(1) + 3_000_000);
    expect((await updateSchedule(ctx, id, { jitterSeconds: 0 })).nextAt).toBe(hour(1));
    expect((await updateSchedule(ctx, id, { jitterSeconds: 3_000 })).nextAt).toBe(nextAt);
  });

  it("that changes nothing is none", async () => {
    const created = await createSchedule(ctx, hourlyAudit());
    expect(await updateSchedule(ctx, created.id, { cron: "0 * * * *", name: "Hourly" })).toEqual(created);
    expect(await entriesOf(created.id)).toHaveLength(1);
  });

  it("is refused to who has seen another version, and to one of two at once", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    const outcomes = await Promise.all(["A", "B"].map((name) => refusalOf(updateSchedule(ctx, id, { name }, 1))));
    expect(outcomes.flatMap((each) => each.slice(0, 1)).sort()).toEqual(["nothing thrown", "precondition_failed"]);
    expect(await refusalOf(updateSchedule(ctx, id, { name: "C" }, 1))).toEqual(["precondition_failed"]);
    expect(await refusalOf(deleteSchedule(ctx, id, 1))).toEqual(["precondition_failed"]);
    await deleteSchedule(ctx, id, 2);
    expect(await refusalOf(getSchedule(ctx, id))).toEqual(["not_found"]);
  });

  it("does not plan again what a tick has taken on meanwhile", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    const slow = { ...ctx, db: bench.db };
    bench.goTo(hour(1));
    const read = await bench.read(id);
    await bench.tick();
    expect(read?.nextOccurrence).toBe(hour(1));
    expect(await updateSchedule(slow, id, { jitterSeconds: 60 })).toMatchObject({ version: 2 });
    expect((await bench.read(id))?.nextOccurrence).toBe(hour(2));
    expect(await bench.runs(id)).toHaveLength(1);
  });

  it("is told of in the audit log with what was and what is", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    await updateSchedule(ctx, id, { name: "Shop", every: "2h" });
    await pauseSchedule(ctx, id);
    await pauseSchedule(ctx, id);
    await resumeSchedule(ctx, id);
    await runSchedule(ctx, id);
    await deleteSchedule(ctx, id);
    const told = (await entriesOf(id)).map(({ action, details }) => [action, details]);
    expect(told.map(([action]) => action)).toEqual(["create", "update", "pause", "resume", "run", "delete"].map((done) => `schedule.${done}`));
    expect(told[1]?.[1]).toEqual({ before: { name: "Hourly", cron: "0 * * * *", everyMs: null }, after: { name: "Shop", cron: null, everyMs: 2 * hourMs } });
  });
});

describe("a run that somebody asks for", () => {
  it("starts at once, also of a schedule that is paused, and leaves its times as they are", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    await pauseSchedule(ctx, id);
    const run = await runSchedule(ctx, id);
    expect(run).toMatchObject({ occurrence: start, cause: "person", state: "due", reason: null, startedId: null, startedAt: null });
    await bench.consume();
    expect((await listScheduleRuns(ctx, id, { limit: 50 })).items).toEqual([
      expect.objectContaining({ id: run.id, state: "running", startedId: expect.stringMatching(/^aud_/), startedAt: start }),
    ]);
    expect((await getSchedule(ctx, id)).nextAt).toBeNull();
  });

  it.each([
    ["skip", ["conflict"], ["due"]],
    ["queue", ["nothing thrown"], ["due", "waiting"]],
    ["allow", ["nothing thrown"], ["due", "due"]],
  ] as const)("while the one before is not over is told to %s as times are", async (overlap, expected, states) => {
    const { id } = await createSchedule(ctx, hourlyAudit({ overlap }));
    await runSchedule(ctx, id);
    bench.goTo(start + 1);
    expect(await refusalOf(runSchedule(ctx, id))).toEqual(expected);
    expect((await bench.runs(id)).map(({ state }) => state)).toEqual(states);
  });

  it("is one, of two at once that must not overlap", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    const outcomes = await Promise.all([0, 1].map((more) => refusalOf(runSchedule({ ...ctx, now: () => start + more }, id))));
    expect(outcomes.flatMap((each) => each.slice(0, 1)).sort()).toEqual(["conflict", "nothing thrown"]);
  });
});

describe("the history of a schedule", () => {
  it("is read in pages, the latest time first, and by state", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit({ missed: "all", overlap: "queue" }));
    bench.goTo(hour(30));
    await bench.tick();
    const all: unknown[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listScheduleRuns(ctx, id, { limit: 7, ...(cursor === undefined ? {} : { cursor }) });
      all.push(...page.items.map(({ occurrence }) => occurrence));
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    expect(all).toEqual(Array.from({ length: 30 }, (_, index) => hour(30 - index)));
    expect((await listScheduleRuns(ctx, id, { limit: 50, state: "skipped" })).items).toHaveLength(9);
  });
});

describe("coming times", () => {
  const madrid = ["2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"];

  it("are told with what clocks say, here as anywhere", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit({ cron: "30 2 * * *", timeZone: "Europe/Madrid" }));
    const { timeZone, times } = await nextTimes(ctx, id, { count: 3 });
    expect([timeZone, times.map(({ local }) => local)]).toEqual(["Europe/Madrid", madrid]);
    const preview = await previewTimes(ctx, { cron: "30 2 * * *", timeZone: "Europe/Madrid", count: 3 });
    expect(preview).toEqual({ timeZone, times });
    expect(times[1]?.at).toBe(Date.parse("2026-03-29T01:00:00Z"));
  });

  it("are none while it is paused, and none from its end on", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit({ until: hour(3) }));
    expect((await nextTimes(ctx, id, { count: 10 })).times.map(({ at }) => at)).toEqual([hour(1), hour(2)]);
    await pauseSchedule(ctx, id);
    expect((await nextTimes(ctx, id, { count: 10 })).times).toEqual([]);
  });

  it("that never are, or are too often, are refused", async () => {
    expect(await refusalOf(previewTimes(ctx, { cron: "0 0 31 2 *", count: 10 }))).toEqual(["invalid", "body.cron"]);
    expect(await refusalOf(previewTimes(ctx, { count: 10 }))).toEqual(["invalid", "body.cron"]);
  });
});

describe("who may", () => {
  const without = (...missing: Permission[]) => ({
    ...ctx,
    ...{
      actor: contextOf(
        env,
        workspace,
        permissions.filter((each) => !missing.includes(each)),
      ).actor,
    },
  });

  it("read is who may read schedules, and change who may change them and start what they start", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    const verbs = {
      read: [getSchedule, nextTimes, listScheduleRuns].map((verb) => (who: Context) => verb(who, id, { count: 1, limit: 1 })),
      change: [
        (who: Context) => createSchedule(who, hourlyAudit()),
        (who: Context) => updateSchedule(who, id, { name: "Mine" }),
        (who: Context) => runSchedule(who, id),
      ],
    };
    for (const verb of [...verbs.read, (who: Context) => listSchedules(who, { limit: 1 }), (who: Context) => previewTimes(who, { every: "1h", count: 1 })])
      expect(await refusalOf(verb(without("schedules:read")))).toEqual(["forbidden"]);
    for (const verb of verbs.change) {
      expect(await refusalOf(verb(without("schedules:write")))).toEqual(["forbidden"]);
      expect(await refusalOf(verb(without("audits:write")))).toEqual(["forbidden"]);
    }
    await pauseSchedule(without("audits:write"), id);
    expect(await refusalOf(resumeSchedule(without("audits:write"), id))).toEqual(["forbidden"]);
    expect(await refusalOf(deleteSchedule(without("schedules:write"), id))).toEqual(["forbidden"]);
    const report = about({ target: { kind: "report", input: {} } });
    expect(await refusalOf(createSchedule(without("reports:write"), report))).toEqual(["forbidden"]);
    await createSchedule(without("audits:write"), report);
  });

  it("see a schedule is its own workspace alone", async () => {
    const { id } = await createSchedule(ctx, hourlyAudit());
    const other = contextOf(env, await seedWorkspace());
    const tries = [
      getSchedule(other, id),
      updateSchedule(other, id, { name: "Mine" }),
      deleteSchedule(other, id),
      pauseSchedule(other, id),
      resumeSchedule(other, id),
      runSchedule(other, id),
      nextTimes(other, id, { count: 1 }),
      listScheduleRuns(other, id, { limit: 1 }),
    ];
    for (const each of tries) expect(await refusalOf(each)).toEqual(["not_found"]);
    expect((await listSchedules(other, { limit: 50 })).items).toEqual([]);
    expect(await getSchedule(ctx, id)).toMatchObject({ name: "Hourly", isPaused: false, version: 1 });
  });
});
