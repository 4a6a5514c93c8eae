import { env } from "cloudflare:workers";
import { eq, inArray } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { readUnfinished } from "../../../../../shared/audits/index.ts";
import { directoryDatabase, installationId } from "../../../../../shared/db/client.ts";
import { auditLog, audits, events, jobs, projects, sites, workspaces } from "../../../../../shared/db/schema/index.ts";
import type { JobInput, JobSlice } from "../../../../../shared/jobs/index.ts";
import { AppError, createLog, dayMs, idPattern, newId } from "../../../../../shared/platform/index.ts";
import { runSchedule, startAuditsWith } from "../../../../../shared/schedules/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { planOf } from "../../../../helpers/worker/query-plan.ts";
import { scheduleBench } from "../../../../helpers/worker/schedules.ts";
import { seedSchedule } from "../../../../helpers/worker/seeded-schedules.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeEach(async () => {
  workspace = await seedWorkspace();
  await db.delete(sites);
});

interface SiteValues {
  readonly of?: SeededWorkspace;
  readonly projectId?: string;
  readonly isVerified?: boolean;
}

let made = 0;
async function seedSite(origin: string, { of = workspace, projectId = newId("project"), isVerified = true }: SiteValues = {}): Promise<void> {
  // Ids of the same millisecond have no order.
  made += 1;
  const id = newId("site", Date.now() - dayMs + made);
  const verified = isVerified ? ({ verifiedAt: 1, verifiedBy: "file" } as const) : {};
  await db.insert(sites).values({ id, workspaceId: of.id, projectId, origin, verificationToken: "t", createdAt: 1, ...verified });
}

async function seedSites(count: number): Promise<string[]> {
  const origins = Array.from({ length: count }, (_, n) => `https://shop-${n}.example`);
  for (const origin of origins) await seedSite(origin);
  return origins;
}

const announced: string[] = [];
const jobId = newId("job");
const scheduleId = newId("schedule");
const ofOne = (): JobInput<"audits.start"> => ({ workspaceIds: [workspace.id], projectId: null, maxPages: 7, createdBy: workspace.userId, scheduleId });
const ofAll = (): JobInput<"audits.start"> => ({ ...ofOne(), workspaceIds: null, createdBy: installationId });

/** Runs one slice of a job, on what the slice before said. */
async function slice(input: JobInput<"audits.start">, checkpoint: unknown = null, changes: Partial<Parameters<typeof startAuditsWith>[0]> = {}) {
  const { egress, vault, now } = contextOf(env, workspace);
  const announce = async (_: string, ids: readonly string[]) => void announced.push(...ids);
  const deps = { directory: db, databases: [db], databaseOf: () => db, egress, vault, now, announce, log: createLog(), ...changes };
  return startAuditsWith(deps)({ db, jobId, workspaceId: workspace.id, input, checkpoint });
}

/** The only slice of the run after. */
function nextRun(input = ofOne()) {
  const { egress, vault, now } = contextOf(env, workspace);
  const deps = { directory: db, databases: [db], databaseOf: () => db, egress, vault, now, announce: async () => {}, log: createLog() };
  return startAuditsWith(deps)({ db, jobId: newId("job"), workspaceId: workspace.id, input, checkpoint: null });
}

/** Audits that stand so. */
async function seedAudits(count: number, values: Partial<typeof audits.$inferInsert>): Promise<void> {
  const row = { workspaceId: workspace.id, createdBy: workspace.userId, url: "https://other.example/", status: "running", options: {}, createdAt: 1 } as const;
  const [first, ...rest] = Array.from({ length: count }, () => db.insert(audits).values({ ...row, id: newId("audit"), ...values }));
  if (first !== undefined) await db.batch([first, ...rest]);
}

/** Runs slices until it is done. */
async function run(input: JobInput<"audits.start">): Promise<JobSlice & { slices: number }> {
  for (let slices = 1, checkpoint: unknown = null; ; slices++) {
    // As the database keeps it.
    const done = await slice(input, JSON.parse(JSON.stringify(checkpoint)));
    if (done.done) return { ...done, slices };
    checkpoint = done.checkpoint;
  }
}

const auditsOf = async (...among: readonly SeededWorkspace[]) => {
  const ids = among.map(({ id }) => id);
  return db.select().from(audits).where(inArray(audits.workspaceId, ids)).orderBy(audits.url);
};
const urlsOf = async (...among: readonly SeededWorkspace[]) => (await auditsOf(...among)).map(({ url }) => url);

describe("audits of verified sites", () => {
  it("are started, one for each site, by whoever made the schedule", async () => {
    await seedSite("https://b.example");
    await seedSite("http://a.example:8080");
    expect(await run(ofOne())).toMatchObject({ done: true, progress: 2, checkpoint: { started: 2, skipped: {} } });
    const found = await auditsOf(workspace);
    expect(found.map(({ url }) => url)).toEqual(["http://a.example:8080/", "https://b.example/"]);
    for (const audit of found) {
      expect(audit).toMatchObject({ status: "queued", createdBy: workspace.userId, options: expect.objectContaining({ maxPages: 7, respectRobots: true }) });
      expect(audit.id).toMatch(idPattern("audit"));
    }
  });

  it("are told of to the queue, and in the log as done by Mentha for the schedule", async () => {
    await seedSite("https://a.example");
    announced.length = 0;
    await run(ofOne());
    const [audit] = await auditsOf(workspace);
    const told = await db.select().from(events).where(eq(events.workspaceId, workspace.id));
    expect(told.map(({ id, type, data }) => ({ id, type, data }))).toEqual([{ id: announced[0], type: "audit.queued", data: { auditId: audit?.id } }]);
    const [entry] = await db.select().from(auditLog).where(eq(auditLog.workspaceId, workspace.id));
    expect(entry).toMatchObject({ action: "audit.create", actorKind: "system", actorId: null, userId: null, targetId: audit?.id });
    expect(JSON.stringify(entry?.details)).toContain(scheduleId);
  });

  it("are not of sites that are not verified, of other projects, or of other workspaces", async () => {
    const other = await seedWorkspace();
    const projectId = newId("project");
    await db.insert(projects).values({ id: projectId, workspaceId: workspace.id, name: "Shop", createdAt: 1 });
    await seedSite("https://mine.example", { projectId });
    await seedSite("https://open.example", { projectId, isVerified: false });
    await seedSite("https://elsewhere.example");
    await seedSite("https://theirs.example", { of: other });
    expect((await run({ ...ofOne(), projectId })).checkpoint).toEqual({ started: 1, skipped: {} });
    expect(await urlsOf(workspace, other)).toEqual(["https://mine.example/"]);
    expect((await run(ofOne())).checkpoint).toEqual({ started: 2, skipped: {} });
  });

  it("are of every workspace where that is asked, but for those that are suspended or deleted", async () => {
    const [other, suspended, deleted] = [await seedWorkspace(), await seedWorkspace(), await seedWorkspace()];
    for (const of of [workspace, other, suspended, deleted]) await seedSite("https://a.example", { of });
    await db.update(workspaces).set({ suspendedAt: 1 }).where(eq(workspaces.id, suspended.id));
    await db.delete(workspaces).where(eq(workspaces.id, deleted.id));
    expect((await run(ofAll())).checkpoint).toEqual({ started: 2, skipped: { suspended: 1, deleted: 1 } });
    const found = await auditsOf(workspace, other, suspended, deleted);
    expect(found.map(({ workspaceId }) => workspaceId).toSorted()).toEqual([workspace.id, other.id].toSorted());
    expect(found.map(({ createdBy }) => createdBy)).toEqual([installationId, installationId]);
  });

  it("are one where several projects have the same site", async () => {
    for (let projectsWithIt = 0; projectsWithIt < 3; projectsWithIt++) await seedSite("https://a.example");
    await seedSite("https://b.example", { isVerified: false });
    await seedSite("https://b.example");
    expect(await run(ofOne())).toMatchObject({ progress: 2, checkpoint: { started: 2, skipped: {} } });
    expect(await urlsOf(workspace)).toEqual(["https://a.example/", "https://b.example/"]);
  });

  it("are none where there is no site", async () => {
    expect(await run(ofOne())).toMatchObject({ done: true, progress: 0, checkpoint: { started: 0, skipped: {} } });
  });

  it("leave out what may not be audited, with its reason, and go on with the others", async () => {
    await seedSite("https://10.0.0.1");
    await seedSite("https://a.example");
    expect((await run(ofOne())).checkpoint).toEqual({ started: 1, skipped: { egress_refused: 1 } });
    expect(await urlsOf(workspace)).toEqual(["https://a.example/"]);
  });
});

describe("a run over many sites", () => {
  it("comes in slices, each of which goes on where the one before came to", async () => {
    const origins = await seedSites(45);
    expect(await run(ofOne())).toMatchObject({ slices: 3, progress: 5, checkpoint: { started: 45, skipped: {} } });
    expect(await urlsOf(workspace)).toEqual(origins.map((origin) => `${origin}/`).toSorted());
  });

  it("starts nothing twice when a slice runs twice, and counts it once", async () => {
    await seedSites(25);
    const first = await slice(ofOne());
    const before = await auditsOf(workspace);
    expect(await slice(ofOne())).toEqual(first);
    expect(await auditsOf(workspace)).toEqual(before);
    const last = await slice(ofOne(), first.checkpoint);
    expect(await slice(ofOne(), first.checkpoint)).toEqual(last);
    expect(last).toMatchObject({ done: true, checkpoint: { started: 25, skipped: {} } });
    expect(await auditsOf(workspace)).toHaveLength(25);
  });

  it("goes on after a failure in the midst of a slice, with nothing lost or doubled", async () => {
    const origins = await seedSites(6);
    let asked = 0;
    const databaseOf = () => {
      asked += 1;
      if (asked === 5) throw new AppError("unavailable", "The database did not answer.", { retryAfterMs: 1 });
      return db;
    };
    await expect(slice(ofAll(), null, { databaseOf })).rejects.toMatchObject({ code: "unavailable" });
    expect(await auditsOf(workspace)).toHaveLength(4);
    expect((await run(ofAll())).checkpoint).toEqual({ started: 6, skipped: {} });
    expect(await urlsOf(workspace)).toEqual(origins.map((origin) => `${origin}/`).toSorted());
  });

  it("gives each audit an id of its time, so that lists have it where it belongs", async () => {
    await seedSites(3);
    await run(ofOne());
    for (const { id } of await auditsOf(workspace)) expect(id.slice(4, 14)).toBe(jobId.slice(4, 14));
  });

  it("starts an audit of its own for each run", async () => {
    await seedSite("https://a.example");
    await run(ofOne());
    await db.update(audits).set({ status: "completed" });
    expect((await nextRun()).checkpoint).toEqual({ started: 1, skipped: {} });
    expect(await urlsOf(workspace)).toEqual(["https://a.example/", "https://a.example/"]);
  });

  it("does not fail when nobody can be told of an audit", async () => {
    await seedSite("https://a.example");
    const announce = () => Promise.reject(new Error("The queue does not answer."));
    expect((await slice(ofOne(), null, { announce })).checkpoint).toEqual({ started: 1, skipped: {} });
  });
});

describe("what is under way", () => {
  it.each(["queued", "running"] as const)("is not doubled by the next run while it is %s", async (status) => {
    await seedSite("https://a.example");
    await seedSite("https://b.example");
    await run(ofOne());
    await db.update(audits).set({ status: "completed" }).where(eq(audits.url, "https://a.example/"));
    await db.update(audits).set({ status }).where(eq(audits.url, "https://b.example/"));
    expect((await nextRun()).checkpoint).toEqual({ started: 1, skipped: { under_way: 1 } });
    expect(await urlsOf(workspace)).toEqual(["https://a.example/", "https://a.example/", "https://b.example/"]);
  });

  it("is not that of other workspaces, what was deleted, or a second look at an audit", async () => {
    const other = await seedWorkspace();
    await seedSite("https://a.example");
    const url = "https://a.example/";
    await seedAudits(1, { url, workspaceId: other.id });
    await seedAudits(1, { url, deletedAt: 1 });
    await seedAudits(1, { url, confirmsId: newId("audit") });
    expect((await run(ofOne())).checkpoint).toEqual({ started: 1, skipped: {} });
  });

  it("is a hundred audits of a workspace at most, when they come on time", async () => {
    await seedAudits(98, {});
    await seedAudits(150, { status: "completed" });
    await seedSites(5);
    expect((await run(ofOne())).checkpoint).toEqual({ started: 2, skipped: { too_many: 3 } });
    expect(await db.$count(audits, eq(audits.workspaceId, workspace.id))).toBe(250);
    await db.delete(audits).where(eq(audits.url, "https://other.example/"));
    expect((await nextRun()).checkpoint).toEqual({ started: 3, skipped: { under_way: 2 } });
  });

  it("is found by an index that has nothing else in it", async () => {
    const plan = await planOf((observed) => readUnfinished(observed, workspace.id, "https://a.example/").then(() => {}));
    expect(plan).toBe("SCAN audits USING INDEX audits_unfinished");
  });
});

describe("a schedule of audits", () => {
  it("has a job started for its run, which says at the end what that said", async () => {
    const bench = scheduleBench(workspace, Date.now());
    const id = await seedSchedule(workspace);
    await runSchedule(bench.ctx, id);
    await bench.consume();
    const [run] = await bench.runs(id);
    const ofRun = eq(jobs.id, run?.startedId ?? "");
    const job = await db.query.jobs.findFirst({ where: ofRun });
    const input = { workspaceIds: [workspace.id], projectId: null, maxPages: 10, createdBy: workspace.userId, scheduleId: id };
    expect([run?.state, job]).toMatchObject(["running", { type: "audits.start", workspaceId: workspace.id, state: "queued", input }]);
    await db
      .update(jobs)
      .set({ state: "succeeded", checkpoint: { started: 3, skipped: {} } })
      .where(ofRun);
    await bench.settle();
    expect(await bench.runs(id)).toMatchObject([{ state: "succeeded", reason: null, result: { started: 3, skipped: {} } }]);
  });

  it("of a project that was deleted fails, and says so", async () => {
    const bench = scheduleBench(workspace, Date.now());
    const id = await seedSchedule(workspace, { targetInput: { maxPages: 10, projectId: newId("project") } });
    await runSchedule(bench.ctx, id);
    await bench.consume();
    expect(await bench.runs(id)).toMatchObject([{ state: "failed", reason: "The project whose sites are audited was deleted.", startedId: null }]);
  });
});
