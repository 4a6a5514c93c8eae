import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { audits, events, scheduleRuns, schedules, workspaces } from "../../../../shared/db/schema/index.ts";
import { createLog, hourMs, minuteMs } from "../../../../shared/platform/index.ts";
import { createSchedule, deleteSchedule, pauseSchedule, resumeSchedule, runSchedule, startDue, updateSchedule } from "../../../../shared/schedules/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { injectFaults, once, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";
import { hourlyAudit, scheduleBench, scheduleRow } from "../../../helpers/worker/schedules.ts";

const start = Date.parse("2026-03-02T00:30:00Z");
const hour = (count: number): number => Date.parse("2026-03-02T00:00:00Z") + count * hourMs;

let workspace: SeededWorkspace;
let bench: ReturnType<typeof scheduleBench>;
beforeEach(async () => {
  workspace = await seedWorkspace();
  await directoryDatabase(env).delete(schedules);
  bench = scheduleBench(workspace, start);
});
afterEach(() => void stopFaults());

const statesOf = async (scheduleId: string) => (await bench.runs(scheduleId)).map(({ occurrence, state }) => [(occurrence - hour(0)) / hourMs, state]);

describe("a schedule", () => {
  it("starts its audit when its time has come, once, and not before", async () => {
    const { id, nextAt } = await createSchedule(bench.ctx, hourlyAudit());
    expect(nextAt).toBe(hour(1));
    bench.goTo(hour(1) - 1);
    expect(await bench.tick()).toBe(0);
    bench.goTo(hour(1));
    expect(await bench.tick()).toBe(1);
    expect(await bench.tick()).toBe(0);
    expect(bench.told).toHaveLength(1);
    await bench.consume();
    await bench.consume();
    const [audit, ...others] = await bench.audits();
    expect(others).toEqual([]);
    expect(audit).toMatchObject({ url: "https://shop.test/", status: "queued", createdBy: workspace.userId });
    expect(await bench.runs(id)).toEqual([
      expect.objectContaining({ occurrence: hour(1), cause: "time", state: "running", startedId: audit?.id, startedAt: hour(1), reason: null }),
    ]);
    expect(await bench.read(id)).toMatchObject({ nextOccurrence: hour(2), nextAt: hour(2), version: 1 });
  });

  it("tells in the audit log which schedule an audit came from, and that nobody did it", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    bench.goTo(hour(1));
    await bench.tick();
    await bench.consume();
    const [audit] = await bench.audits();
    const entry = await bench.db.query.auditLog.findFirst({ where: (log, { eq: is }) => is(log.targetId, audit?.id ?? "") });
    expect(entry).toMatchObject({ action: "audit.create", actorKind: "system", userId: null, details: { after: { scheduleId: id } } });
  });

  it("ends its run with the audit, and says how", async () => {
    const ends = { completed: ["succeeded", null], failed: ["failed", "The site did not answer."], cancelled: ["failed", "The audit was cancelled."] } as const;
    for (const [status, [state, reason]] of Object.entries(ends)) {
      const { id } = await createSchedule(bench.ctx, hourlyAudit());
      await runSchedule(bench.ctx, id);
      await bench.consume();
      expect(await bench.settle()).toBe(0);
      const [run] = await bench.runs(id);
      await bench.endAudit(run?.startedId ?? null, status === "completed" || status === "failed" ? status : "cancelled");
      const finishedAt = bench.now();
      bench.goTo(finishedAt + minuteMs);
      expect(await bench.settle()).toBe(1);
      expect(await bench.runs(id)).toEqual([expect.objectContaining({ state, reason, finishedAt })]);
    }
  });

  it("says so where its audit was deleted", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    await runSchedule(bench.ctx, id);
    await bench.consume();
    await bench.db.delete(audits).where(eq(audits.workspaceId, workspace.id));
    await bench.settle();
    expect(await bench.runs(id)).toEqual([expect.objectContaining({ state: "failed", reason: "The audit was deleted before it was over." })]);
  });

  it("has a run fail, with the reason, whose audit is refused by now", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    await bench.db
      .update(schedules)
      .set({ targetInput: { url: "https://shop.test/", respectRobots: false } })
      .where(eq(schedules.id, id));
    await runSchedule(bench.ctx, id);
    await bench.consume();
    const [run] = await bench.runs(id);
    expect(run).toMatchObject({ state: "failed", startedId: null });
    expect(run?.reason).toMatch(/robots.txt can be ignored only/);
    expect(await bench.audits()).toEqual([]);
  });

  it("gives up after two hours a run that could not even be started, so that the next ones go on", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ missed: "latest" }));
    bench.goTo(hour(1));
    await bench.tick();
    bench.goTo(hour(3) + minuteMs);
    await bench.settle();
    await bench.tick();
    expect(await statesOf(id)).toEqual([
      [1, "failed"],
      [3, "due"],
    ]);
  });

  it.each([
    ["skip", "missed", [[9, "due"]], []],
    ["latest", "missed", [[9, "due"]], [[9, "due"]]],
  ] as const)("told to %s makes up so for what was missed", async (missed, _what, onTime, late) => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ missed }));
    bench.goTo(hour(9) + 45 * minuteMs);
    await bench.tick();
    expect(await statesOf(id)).toEqual(late);
    const another = await createSchedule({ ...bench.ctx, now: () => start }, hourlyAudit({ missed }));
    bench.goTo(hour(9) + 5 * minuteMs);
    await bench.tick();
    expect(await statesOf(another.id)).toEqual(onTime);
    expect(await bench.read(id)).toMatchObject({ nextAt: hour(10) });
  });

  it("told to make up for all starts one for each, when they may be beside each other", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ missed: "all", overlap: "allow" }));
    bench.goTo(hour(4) + minuteMs);
    await bench.tick();
    await bench.consume();
    expect(await statesOf(id)).toEqual([1, 2, 3, 4].map((count) => [count, "running"]));
    expect(await bench.audits()).toHaveLength(4);
  });

  it("skips a time while the run before is not over", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ overlap: "skip" }));
    for (const count of [1, 2, 3]) {
      if (count === 3) {
        await bench.endAudit((await bench.runs(id))[0]?.startedId ?? null);
        await bench.settle();
      }
      bench.goTo(hour(count));
      await bench.tick();
      await bench.consume();
    }
    expect(await statesOf(id)).toEqual([
      [1, "succeeded"],
      [2, "skipped"],
      [3, "running"],
    ]);
    expect((await bench.runs(id))[1]?.reason).toBe("The run before was not over yet.");
  });

  it("has runs wait for each other, one after the other, in their order", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ overlap: "queue" }));
    for (const count of [1, 2, 3]) {
      bench.goTo(hour(count));
      await bench.tick();
      await bench.consume();
      await bench.settle();
    }
    expect(await statesOf(id)).toEqual([
      [1, "running"],
      [2, "waiting"],
      [3, "waiting"],
    ]);
    for (const index of [0, 1]) {
      await bench.endAudit((await bench.runs(id))[index]?.startedId ?? null);
      await Promise.all([bench.settle(), bench.settle()]);
      await bench.consume();
    }
    expect(await statesOf(id)).toEqual([
      [1, "succeeded"],
      [2, "succeeded"],
      [3, "running"],
    ]);
    expect(await bench.audits()).toHaveLength(3);
  });

  it("lets twenty runs wait, and skips those after them", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ overlap: "queue", missed: "all" }));
    bench.goTo(hour(30));
    await bench.tick();
    const states = (await bench.runs(id)).map(({ state }) => state);
    expect(Object.entries(Object.groupBy(states, (state) => state)).map(([state, all]) => [state, all?.length])).toEqual([
      ["due", 1],
      ["waiting", 20],
      ["skipped", 9],
    ]);
  });

  it("lets runs be beside each other where it is told to", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ overlap: "allow" }));
    for (const count of [1, 2]) {
      bench.goTo(hour(count));
      await bench.tick();
      await bench.consume();
    }
    expect(await statesOf(id)).toEqual([
      [1, "running"],
      [2, "running"],
    ]);
  });

  it("does not make up for what was paused, and lets what runs go on", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ overlap: "queue", missed: "all" }));
    for (const count of [1, 2]) {
      bench.goTo(hour(count));
      await bench.tick();
    }
    await bench.consume();
    expect(await pauseSchedule(bench.ctx, id)).toMatchObject({ isPaused: true, nextAt: null, version: 2 });
    bench.goTo(hour(5) + minuteMs);
    expect(await bench.tick()).toBe(0);
    expect(await resumeSchedule(bench.ctx, id)).toMatchObject({ isPaused: false, nextAt: hour(6), version: 3 });
    expect(await bench.tick()).toBe(0);
    expect(await statesOf(id)).toEqual([
      [1, "running"],
      [2, "skipped"],
    ]);
    expect((await bench.runs(id))[1]?.reason).toMatch(/paused/);
  });

  it("starts nothing from its end on", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ until: hour(2) + 1, overlap: "allow" }));
    for (const count of [1, 2, 3]) {
      bench.goTo(hour(count));
      await bench.tick();
    }
    expect(await statesOf(id)).toEqual([
      [1, "due"],
      [2, "due"],
    ]);
    expect(await bench.read(id)).toMatchObject({ nextOccurrence: null, nextAt: null });
    expect(await updateSchedule(bench.ctx, id, { until: null })).toMatchObject({ nextAt: hour(4) });
  });

  it.each([
    ["suspended", "The workspace was suspended."],
    ["deleted", "The workspace was deleted."],
  ])("starts nothing in a workspace that is %s, and says so; not even what was about to start", async (how, reason) => {
    const end = () =>
      how === "suspended"
        ? bench.db.update(workspaces).set({ suspendedAt: 1 }).where(eq(workspaces.id, workspace.id))
        : env.DB.prepare("DELETE FROM members WHERE workspace_id = ?").bind(workspace.id).run();
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    bench.goTo(hour(1));
    await bench.tick();
    await end();
    await bench.consume();
    bench.goTo(hour(2));
    await bench.tick();
    await bench.consume();
    expect((await bench.runs(id)).map((run) => [run.state, run.reason])).toEqual([
      ["skipped", reason],
      ["skipped", reason],
    ]);
    expect(await bench.audits()).toEqual([]);
    expect(await bench.read(id)).toMatchObject({ nextAt: hour(3) });
  });

  it("that is deleted takes its runs with it: what was about to start does not, what runs goes on", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit({ overlap: "allow" }));
    bench.goTo(hour(1));
    await bench.tick();
    await bench.consume();
    bench.goTo(hour(2));
    await bench.tick();
    await deleteSchedule(bench.ctx, id);
    await bench.consume();
    expect(await bench.runs(id)).toEqual([]);
    expect((await bench.audits()).map(({ status }) => status)).toEqual(["queued"]);
  });
});

describe("many schedules", () => {
  it("that make up for an outage beside each other have a hundred audits under way at most, and say why there are no more", async () => {
    const missed = { missed: "all", overlap: "allow", nextOccurrence: hour(1), nextAt: hour(1) } as const;
    const rows = Array.from({ length: 3 }, () => scheduleRow(workspace.id, missed));
    for (const row of rows) await bench.db.insert(schedules).values(row);
    bench.goTo(hour(50) + minuteMs);
    expect(await bench.tick()).toBe(3);
    const due = await bench.dueEvents();
    expect(due).toHaveLength(150);
    await Promise.all(due.map(({ workspaceId, data }) => bench.start(workspaceId, data).catch(() => {})));
    // What lost against others at the same moment comes again.
    await bench.consume();
    const runs = (await Promise.all(rows.map(({ id }) => bench.runs(id)))).flat();
    expect(Object.groupBy(runs, ({ state }) => state)).toMatchObject({ running: { length: 100 }, failed: { length: 50 } });
    expect(new Set(runs.map(({ reason }) => reason))).toEqual(
      new Set([null, "100 audits of this workspace were not over yet: schedules start no more beside them."]),
    );
    expect(await bench.audits()).toHaveLength(100);
  }, 60_000);

  it("that make up for an outage write about a thousand runs in one tick, and the rest in the next, with nothing lost", async () => {
    const missed = { missed: "all", overlap: "allow", nextOccurrence: hour(1), nextAt: hour(1) } as const;
    const rows = Array.from({ length: 15 }, () => scheduleRow(workspace.id, missed));
    for (const row of rows) await bench.db.insert(schedules).values(row);
    bench.goTo(hour(200) + minuteMs);
    expect(await bench.tick()).toBe(10);
    const written = () => bench.db.$count(scheduleRuns, eq(scheduleRuns.workspaceId, workspace.id));
    expect(await written()).toBe(1_000);
    bench.goTo(hour(200) + 2 * minuteMs);
    expect(await bench.tick()).toBe(5);
    expect(await written()).toBe(1_500);
    expect(await bench.tick()).toBe(0);
    for (const { id } of rows) expect(await bench.runs(id)).toHaveLength(100);
  }, 60_000);

  it("that are due in the same minute start once each, with two ticks and two consumers at a time", async () => {
    const others = await Promise.all(Array.from({ length: 19 }, () => seedWorkspace()));
    const places = [workspace, ...others].map(({ id }) => id);
    const rows = Array.from({ length: 1_000 }, (_, index) => scheduleRow(places[index % 20] ?? "", { nextOccurrence: hour(1), nextAt: hour(1) }));
    const [first, ...rest] = rows.map((row) => bench.db.insert(schedules).values(row));
    if (first !== undefined) await bench.db.batch([first, ...rest]);
    bench.goTo(hour(1) + 10_000);
    let rounds = 0;
    while ((await Promise.all([bench.tick(), bench.tick()])).some((count) => count > 0)) rounds += 1;
    expect(rounds).toBeLessThanOrEqual(8);
    const due = await bench.db.select().from(events).where(eq(events.type, "schedule.due"));
    const mine = due.filter(({ workspaceId }) => places.includes(workspaceId));
    expect(mine).toHaveLength(1_000);
    for (let from = 0; from < mine.length; from += 50) {
      const some = mine.slice(from, from + 50);
      // Some of the messages come twice, at once.
      await Promise.all([...some, ...some.slice(0, 10)].map(({ workspaceId, data }) => bench.start(workspaceId, data)));
    }
    const runs = (await bench.db.select().from(scheduleRuns)).filter(({ workspaceId }) => places.includes(workspaceId));
    expect(new Set(runs.map(({ scheduleId }) => scheduleId)).size).toBe(1_000);
    expect(runs.every(({ state, occurrence }) => state === "running" && occurrence === hour(1))).toBe(true);
    const made = (await bench.db.select({ id: audits.id, workspaceId: audits.workspaceId }).from(audits)).filter((audit) => places.includes(audit.workspaceId));
    expect(made.map(({ id }) => id).sort()).toEqual(runs.map(({ startedId }) => startedId ?? "").sort());
  }, 120_000);

  it("of one workspace do not keep those of others from their turn", async () => {
    const other = await seedWorkspace();
    const many = Array.from({ length: 300 }, () => scheduleRow(workspace.id, { nextOccurrence: hour(1), nextAt: hour(1) }));
    const late = scheduleRow(other.id, { nextOccurrence: hour(2), nextAt: hour(2) });
    for (const row of [...many, late]) await bench.db.insert(schedules).values(row);
    bench.goTo(hour(2));
    expect(await bench.tick()).toBe(250);
    expect(await bench.runs(late.id)).toHaveLength(1);
  });

  it("are found by their index, however many are not due", async () => {
    const plan = await planOf(async (db) => {
      await startDue({ db, directory: db, now: () => 0, announce: async () => {}, log: createLog(() => {}) });
    });
    expect(plan).toContain("schedules_due");
    expect(plan).toContain("schedule_runs_unfinished");
    expect(plan).not.toContain("SCAN schedule_runs");
  });
});

describe("a crash", () => {
  const faulty = () => scheduleBench(workspace, start, withFaults(env));

  it.each(["fail-before", "fail-after"] as const)("while a time is claimed (%s) neither doubles nor loses it", async (fault) => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    const shaky = faulty();
    shaky.goTo(hour(1));
    injectFaults(once("d1", fault, { text: 'insert into "schedule_runs"' }));
    await shaky.tick();
    expect(stopFaults()).toEqual([`d1 ${fault}`]);
    await shaky.tick();
    await shaky.consume();
    expect(await statesOf(id)).toEqual([[1, "running"]]);
    expect(await bench.audits()).toHaveLength(1);
  });

  it("after a time was claimed and before anybody was told is made good by what is stored", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    bench.goTo(hour(1));
    await bench.tick();
    // The message is lost, and its event is there: whatever sweeps it has it start.
    expect(await bench.dueEvents()).toHaveLength(1);
    await bench.consume();
    expect(await statesOf(id)).toEqual([[1, "running"]]);
  });

  it.each(["fail-before", "fail-after"] as const)("while a run is started (%s) neither doubles nor loses it", async (fault) => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    const shaky = faulty();
    shaky.goTo(hour(1));
    await shaky.tick();
    injectFaults(once("d1", fault, { text: 'insert into "audits"' }));
    await expect(shaky.consume()).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(stopFaults()).toEqual([`d1 ${fault}`]);
    await shaky.consume();
    await shaky.consume();
    expect(await statesOf(id)).toEqual([[1, "running"]]);
    expect(await bench.audits()).toHaveLength(1);
  });

  it("of a message that comes twice at once starts one audit", async () => {
    const { id } = await createSchedule(bench.ctx, hourlyAudit());
    bench.goTo(hour(1));
    await bench.tick();
    await Promise.allSettled([bench.consume(), bench.consume(), bench.consume()]);
    expect(await statesOf(id)).toEqual([[1, "running"]]);
    expect(await bench.audits()).toHaveLength(1);
  });
});
