import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { projects, reports } from "../../../../shared/db/schema/index.ts";
import { AppError, type Context, dayMs, hourMs, newId } from "../../../../shared/platform/index.ts";
import { createReport, deleteReport } from "../../../../shared/reports/index.ts";
import { createSchedule, runSchedule, updateSchedule } from "../../../../shared/schedules/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedReport } from "../../../helpers/worker/reports.ts";
import { hourlyAudit, scheduleBench } from "../../../helpers/worker/schedules.ts";

const db = directoryDatabase(env);
const start = Date.UTC(2026, 10, 22, 7);

let own: SeededWorkspace;
let bench: ReturnType<typeof scheduleBench>;
let ctx: Context;
beforeEach(async () => {
  own = await seedWorkspace();
  bench = scheduleBench(own, start);
  ctx = bench.ctx;
});

async function seedProject(): Promise<string> {
  const id = newId("project");
  await db.insert(projects).values({ id, workspaceId: own.id, name: "Shop", createdAt: 1 });
  return id;
}

const send = (projectId?: string) => createReport(ctx, { projectId, days: 7, send: true });
/** What refuses a report, if anything does. */
const refusalOf = async (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof AppError && error.code === "conflict" ? error.message : String(error)),
  );
const ready = () => db.update(reports).set({ state: "ready" }).where(eq(reports.workspaceId, own.id));

describe("a report that is sent", () => {
  it("is refused within an hour of one about the same, also when that was deleted, and not after it", async () => {
    const { id } = await send();
    expect(await refusalOf(send())).toMatch(/about the same was sent within the last hour/);
    await deleteReport(ctx, id);
    bench.goTo(start + hourMs - 1);
    expect(await refusalOf(send())).toMatch(/about the same/);
    bench.goTo(start + hourMs);
    expect(await refusalOf(send())).toBeNull();
  });

  it("is let through beside those about something else, of others, and those that are not sent", async () => {
    await createReport(ctx, { days: 7, send: false });
    await createReport({ ...scheduleBench(await seedWorkspace(), start).ctx }, { days: 7, send: true });
    const [one, other] = [await seedProject(), await seedProject()];
    for (const about of [undefined, one, other]) expect(await refusalOf(send(about))).toBeNull();
    expect(await refusalOf(send(one))).toMatch(/about the same/);
    expect(await refusalOf(createReport(ctx, { days: 7, send: false }))).toBeNull();
  });

  it("is accepted once when it is asked for twice at the same moment", async () => {
    const outcomes = await Promise.all([refusalOf(send()), refusalOf(send())]);
    expect(outcomes.filter((each) => each === null)).toHaveLength(1);
  });

  it("is refused once 50 were sent within 24 hours", async () => {
    const ids = [await seedProject(), await seedProject(), await seedProject()];
    for (let index = 0; index < 50; index++) {
      bench.goTo(start + Math.floor(index / 3) * hourMs);
      expect(await refusalOf(send(ids[index % 3]))).toBeNull();
      await ready();
    }
    bench.goTo(start + dayMs - 1);
    expect(await refusalOf(send())).toMatch(/sends 50 reports in 24 hours/);
    expect(await refusalOf(createReport(ctx, { days: 7, send: false }))).toBeNull();
    bench.goTo(start + dayMs);
    expect(await refusalOf(send())).toBeNull();
  });
});

describe("reports that wait to be made", () => {
  it("are 20 at most, not counting those of yesterday that nobody makes any more", async () => {
    const pending = { state: "pending", content: null, readyAt: null } as const;
    await seedReport(own, { id: newId("report", start - dayMs - 1), ...pending });
    for (let index = 0; index < 19; index++) await seedReport(own, { id: newId("report", start), ...pending });
    expect(await refusalOf(createReport(ctx, { days: 7, send: false }))).toBeNull();
    expect(await refusalOf(createReport(ctx, { days: 7, send: false }))).toMatch(/20 reports .* waiting/);
    await ready();
    expect(await refusalOf(createReport(ctx, { days: 7, send: false }))).toBeNull();
  });
});

describe("a schedule of reports", () => {
  const target = { kind: "report", input: { days: 7 } } as const;
  const problem = { code: "invalid", message: expect.stringContaining("every 6 hours") };

  it("comes every six hours at most, also when it is changed", async () => {
    await expect(createSchedule(ctx, hourlyAudit({ target }))).rejects.toMatchObject(problem);
    const { id } = await createSchedule(ctx, hourlyAudit({ target, cron: "0 */6 * * *" }));
    await expect(updateSchedule(ctx, id, { every: "5m" })).rejects.toMatchObject(problem);
    const audit = await createSchedule(ctx, hourlyAudit());
    await expect(updateSchedule(ctx, audit.id, { target })).rejects.toMatchObject(problem);
    expect(await updateSchedule(ctx, audit.id, { target, every: "6h" })).toMatchObject({ every: "6h", target });
  });

  it("says in its run why a report could not be sent", async () => {
    await send();
    const { id } = await createSchedule(ctx, hourlyAudit({ target, cron: "0 9 * * MON" }));
    await runSchedule(ctx, id);
    await bench.consume();
    expect(await bench.runs(id)).toEqual([expect.objectContaining({ state: "failed", reason: expect.stringContaining("about the same was sent") })]);
    expect(await db.$count(reports, eq(reports.workspaceId, own.id))).toBe(1);
  });
});
