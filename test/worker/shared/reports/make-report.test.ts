import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, audits, events, jobs, members, mutes, projects, reports, sites, workspaces } from "../../../../shared/db/schema/index.ts";
import { commit, type DueJob, dayMs, languages, newId } from "../../../../shared/platform/index.ts";
import { readContent } from "../../../../shared/reports/content/read-content.ts";
import { failReport, insertReport, listReports, makeReportWith, purgeReportWith, startReportsWith } from "../../../../shared/reports/index.ts";
import { fontsOf } from "../../../../workers/fonts.ts";
import { contextOf, type SeededWorkspace, seedAudit, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedReport } from "../../../helpers/worker/reports.ts";

const db = directoryDatabase(env);
const to = Date.UTC(2026, 10, 22, 7);
const from = to - 7 * dayMs;
const now = () => to + 1_000;

let own: SeededWorkspace;
beforeEach(async () => {
  own = await seedWorkspace();
});

async function seedProject(origins: readonly string[], workspaceId = own.id): Promise<string> {
  const id = newId("project");
  await db.insert(projects).values({ id, workspaceId, name: "Shop", createdAt: 1 });
  for (const origin of origins) await db.insert(sites).values({ id: newId("site"), workspaceId, projectId: id, origin, verificationToken: "t", createdAt: 1 });
  return id;
}

const tally = (failing: number, version = 1) => ({ version, checked: 10, failing });
const options = { maxPages: 100 };

/** A completed audit. */
async function audited(url: string, finishedAt: number, values: Partial<typeof audits.$inferInsert> = {}): Promise<string> {
  const id = await seedAudit(own);
  const found = { status: "completed", scores: { overall: 80 }, tallies: {}, options, fetched: 10 } as const;
  await db
    .update(audits)
    .set({ url, finishedAt, ...found, ...values })
    .where(eq(audits.id, id));
  return id;
}

async function contentOf(projectId: string | null = null) {
  return readContent(db, { workspaceId: own.id, projectId, from, to });
}
const firstSite = async () => (await contentOf()).projects[0]?.sites[0];

describe("what a report is made of", () => {
  const url = "https://shop.example/";
  beforeEach(async () => {
    await seedProject(["https://shop.example"]);
  });

  it("compares the last audit in its time with the last one before", async () => {
    await audited(url, from - 2 * dayMs, { scores: { overall: 10 } });
    const before = await audited(url, from - 1, { scores: { overall: 70 }, tallies: { "title-missing": tally(4), "h1-missing": tally(0) } });
    await audited(url, from, { scores: { overall: 20 } });
    const last = await audited(url, to - 1, { scores: { overall: 75 }, tallies: { "title-missing": tally(0), "h1-missing": tally(2) } });
    await audited(url, to, { scores: { overall: 5 } });
    expect(await firstSite()).toMatchObject({
      now: { auditId: last, score: 75 },
      before: { auditId: before, score: 70 },
      comparison: "same",
      change: 5,
      better: { total: 1, rules: [{ ruleId: "title-missing", pagesBefore: 4 }] },
      worse: { total: 1, rules: [{ ruleId: "h1-missing", pages: 2 }] },
    });
  });

  it("compares with the first one in its time when there was none before", async () => {
    const first = await audited(url, from + 1);
    await audited(url, from + 2);
    const last = await audited(url, to - 1);
    expect(await firstSite()).toMatchObject({ now: { auditId: last }, before: { auditId: first } });
  });

  it("says so of the only audit", async () => {
    const only = await audited(url, to - 1);
    expect(await firstSite()).toMatchObject({ now: { auditId: only }, before: null, comparison: "first" });
  });

  it("prefers an audit with the same options, and says so when there is none", async () => {
    const other = await audited(url, from - 1, { options: { maxPages: 1 } });
    await audited(url, to - 1);
    expect(await firstSite()).toMatchObject({ before: { auditId: other }, comparison: "other-options", change: null });
    const same = await audited(url, from - 2);
    expect(await firstSite()).toMatchObject({ before: { auditId: same }, comparison: "same", change: 0 });
  });

  it("tells of the home page rather than of a later audit of a part", async () => {
    const home = await audited(url, to - 2);
    await audited(`${url}blog/`, to - 1);
    expect(await firstSite()).toMatchObject({ now: { auditId: home } });
  });

  it("leaves out audits that are deleted, only confirm, did not complete, or are of a site whose address begins alike", async () => {
    await audited(url, to - 1, { deletedAt: 1 });
    await audited(url, to - 1, { confirmsId: newId("audit") });
    await audited(url, to - 1, { status: "failed" });
    await audited("https://shop.example.evil.test/", to - 1);
    expect(await firstSite()).toMatchObject({ now: null, before: null, comparison: "none" });
  });

  it("leaves out what is muted for the whole site when it ends", async () => {
    await audited(url, to - 1, { tallies: { "title-missing": tally(4), "h1-missing": tally(1) } });
    const mute = { workspaceId: own.id, origin: "https://shop.example", reason: "known", createdBy: own.userId, createdAt: 1 };
    await db.insert(mutes).values({ id: newId("mute"), ...mute, ruleId: "title-missing" });
    await db.insert(mutes).values({ id: newId("mute"), ...mute, ruleId: "h1-missing", untilAt: to });
    const site = await firstSite();
    expect([site?.top.map(({ ruleId }) => ruleId), site?.muted]).toEqual([["h1-missing"], 1]);
  });

  it.each(["http://shop.example", "https://www.shop.example"])("leaves out what is muted for %s, which is the same site", async (origin) => {
    await audited(url, to - 1, { tallies: { "title-missing": tally(4), "h1-missing": tally(1) } });
    await db
      .insert(mutes)
      .values({ id: newId("mute"), workspaceId: own.id, origin, ruleId: "title-missing", reason: "known", createdBy: own.userId, createdAt: 1 });
    const site = await firstSite();
    expect([site?.top.map(({ ruleId }) => ruleId), site?.muted]).toEqual([["h1-missing"], 1]);
  });

  it("knows nothing of another workspace", async () => {
    const foreign = await seedWorkspace();
    await audited(url, to - 1, { workspaceId: foreign.id });
    await db
      .insert(mutes)
      .values({ id: newId("mute"), workspaceId: foreign.id, origin: "https://shop.example", ruleId: "x", reason: "y", createdBy: "z", createdAt: 1 });
    const theirs = await seedProject(["https://other.example"], foreign.id);
    expect(await firstSite()).toMatchObject({ now: null });
    expect((await contentOf()).projects.map(({ projectId }) => projectId)).not.toContain(theirs);
    await expect(contentOf(theirs)).rejects.toMatchObject({ code: "not_found" });
  });
});

const announced: string[] = [];
const deps = {
  store: env.STORE,
  fonts: () => fontsOf(env),
  publicUrl: () => "https://mentha.test",
  now,
  announce: async (_: string, ids: readonly string[]) => void announced.push(...ids),
};
const asked: DueJob[] = [];

async function accept(values: { readonly projectId?: string | null; readonly isSent?: boolean } = {}) {
  const maker = { db, workspaceId: own.id, now, dueJobs: asked };
  const { report, jobId, statements } = insertReport(maker, { projectId: null, to, days: 7, isSent: true, createdBy: own.userId, ...values });
  await commit(db, statements);
  return { reportId: report.id, jobId };
}

/** Runs slices until the job is done, each of them twice, as after a worker that died. */
async function make(reportId: string, jobId: string) {
  const execute = makeReportWith(deps);
  let checkpoint: unknown = null;
  for (let slices = 0; slices < 10; slices++) {
    const job = { db, jobId, workspaceId: own.id, input: { reportId }, checkpoint };
    const before = await execute(job);
    const slice = await execute(job);
    checkpoint = slice.checkpoint ?? before.checkpoint ?? checkpoint;
    if (slice.done) return checkpoint;
  }
  throw new Error("The report was never done.");
}
const rowOf = async (id: string) => db.query.reports.findFirst({ where: eq(reports.id, id) });
const filesOf = async (id: string) => (await env.STORE.list({ prefix: `${own.id}/reports/${id}/` })).objects.map(({ key }) => key.split("/").at(-1));
const eventsOf = async () =>
  db
    .select()
    .from(events)
    .where(and(eq(events.workspaceId, own.id), eq(events.type, "report.ready")));

describe("making a report", () => {
  it("draws it in every language, and records once that it is ready, however often a slice runs", async () => {
    await seedProject(["https://shop.example"]);
    await audited("https://shop.example/", to - 1, { tallies: { "title-missing": tally(4) } });
    const { reportId, jobId } = await accept();
    await make(reportId, jobId);
    expect(await rowOf(reportId)).toMatchObject({ state: "ready", readyAt: now() });
    expect(await filesOf(reportId)).toEqual(languages.map((language) => `${language}.pdf`));
    const pdf = await env.STORE.get(`${own.id}/reports/${reportId}/es.pdf`);
    expect((await pdf?.text())?.slice(0, 5)).toBe("%PDF-");
    expect((await eventsOf()).map(({ data }) => data)).toEqual([{ reportId }]);
    expect(announced).toContain((await eventsOf())[0]?.id);
  });

  it("tells nobody of one that is not to be sent", async () => {
    const { reportId, jobId } = await accept({ isSent: false });
    await make(reportId, jobId);
    expect([(await rowOf(reportId))?.state, await eventsOf()]).toEqual(["ready", []]);
  });

  it("says that its project is gone, and fails with that, ever again", async () => {
    const { reportId, jobId } = await accept({ projectId: newId("project") });
    const execute = () => makeReportWith(deps)({ db, jobId, workspaceId: own.id, input: { reportId }, checkpoint: null });
    // The second is as after a worker that died once it was written.
    for (let slice = 0; slice < 2; slice++) await expect(execute()).rejects.toMatchObject({ code: "gone", retryable: false });
    expect(await rowOf(reportId)).toMatchObject({ state: "failed", content: { failure: "project-gone" } });
  });

  it("leaves no file of one that is deleted while it is made", async () => {
    const { reportId, jobId } = await accept();
    const execute = makeReportWith({
      ...deps,
      fonts: async () => {
        await db.delete(reports).where(eq(reports.id, reportId));
        return fontsOf(env);
      },
    });
    const job = { db, jobId, workspaceId: own.id, input: { reportId } };
    await execute({ ...job, checkpoint: null });
    await env.STORE.put(`${own.id}/reports/${reportId}/es.pdf`, "x");
    expect(await execute({ ...job, checkpoint: { drawn: ["es"] } })).toEqual({ done: true, progress: 2 });
    expect(await filesOf(reportId)).toEqual([]);
  });

  it("says of one whose job failed for good that it could not be made", async () => {
    const { reportId, jobId } = await accept();
    await failReport(db, own.id, jobId);
    expect((await rowOf(reportId))?.state).toBe("pending");
    await db.update(jobs).set({ state: "failed" }).where(eq(jobs.id, jobId));
    await failReport(db, newId("workspace"), jobId);
    expect((await rowOf(reportId))?.state).toBe("pending");
    await failReport(db, own.id, jobId);
    expect(await rowOf(reportId)).toMatchObject({ state: "failed", content: { failure: "not-made" } });
  });

  it("removes the files of one that was deleted, and no others", async () => {
    const ids = [newId("report"), newId("report")];
    for (const id of ids) for (const language of languages) await env.STORE.put(`${own.id}/reports/${id}/${language}.pdf`, "x");
    const [gone = "", kept = ""] = ids;
    await purgeReportWith({ store: env.STORE })({ db, jobId: newId("job"), workspaceId: own.id, input: { reportId: gone }, checkpoint: null });
    expect([(await filesOf(gone)).length, (await filesOf(kept)).length]).toEqual([0, languages.length]);
  });
});

describe("reports for every workspace", () => {
  it("are accepted once for each workspace with projects that is neither suspended nor deleted, however often slices run", async () => {
    const [empty, suspended, deleted] = [await seedWorkspace(), await seedWorkspace(), await seedWorkspace()];
    const scheduleId = newId("schedule");
    await seedProject([]);
    await seedProject([], suspended.id);
    await seedProject([], deleted.id);
    await db.delete(members).where(eq(members.workspaceId, deleted.id));
    await db.update(workspaces).set({ suspendedAt: 1 }).where(eq(workspaces.id, suspended.id));
    const [older, newer] = [to + 5, to + 15].map((at) => newId("report", at));
    for (const id of [older ?? "", newer ?? ""]) await seedReport(own, { id });
    const jobId = newId("job", to + 10);
    const execute = startReportsWith({ databaseOf: () => db, now, send: async () => {} });
    let checkpoint: unknown = null;
    for (let slices = 0; slices < 1_000; slices++) {
      const job = { db, jobId, workspaceId: "installation", input: { days: 7, to, scheduleId }, checkpoint };
      await execute(job);
      const slice = await execute(job);
      checkpoint = slice.checkpoint ?? checkpoint;
      if (slice.done) break;
    }
    const made = async ({ id }: SeededWorkspace) =>
      db
        .select()
        .from(reports)
        .where(and(eq(reports.workspaceId, id), eq(reports.state, "pending")));
    const [weekly] = await made(own);
    const { items } = await listReports(contextOf(env, own), { limit: 50 });
    expect(items.map(({ id }) => id)).toEqual([newer, weekly?.id, older]);
    const entries = await db
      .select()
      .from(auditLog)
      .where(and(eq(auditLog.workspaceId, own.id), eq(auditLog.action, "report.create")));
    expect(entries).toMatchObject([{ targetId: weekly?.id, actorKind: "system", details: { after: { send: true, scheduleId } } }]);
    expect(await made(own)).toMatchObject([{ projectId: null, fromAt: from, toAt: to, state: "pending", isSent: true, createdBy: null }]);
    expect([await made(empty), await made(suspended), await made(deleted)]).toEqual([[], [], []]);
    expect(
      await db
        .select()
        .from(jobs)
        .where(and(eq(jobs.workspaceId, own.id), eq(jobs.type, "report.make"))),
    ).toHaveLength(1);
  });
});
