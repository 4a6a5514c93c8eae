import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { audits, events, jobs, workspaces } from "../../../../shared/db/schema/index.ts";
import { insertJob, sendJob, sweepJobs } from "../../../../shared/jobs/index.ts";
import { commit, dayMs, newId } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";

const db = directoryDatabase(env);
const now = Date.now();

let workspace: SeededWorkspace;
beforeEach(async () => {
  workspace = await seedWorkspace();
  await db.delete(audits);
  await db.delete(workspaces);
  await keep(workspace, 30);
});

/** Says how many days a workspace keeps its audits. */
async function keep({ id }: SeededWorkspace, auditRetentionDays: number | null): Promise<void> {
  await db
    .insert(workspaces)
    .values({ id, name: "Test", auditRetentionDays, createdAt: now })
    .onConflictDoUpdate({ target: workspaces.id, set: { auditRetentionDays } });
}

interface Past {
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly status?: (typeof audits.$inferInsert)["status"];
  readonly of?: SeededWorkspace;
}

/** An audit as it would be stored had it been made when it says. */
async function seedPast({ startedAt, finishedAt, status = "completed", of = workspace }: Past): Promise<string> {
  const id = newId("audit", startedAt);
  const made = await seedAudit(of);
  await db.update(audits).set({ id, createdAt: startedAt, startedAt, finishedAt, status }).where(eq(audits.id, made));
  return id;
}
const ended = (ago: number, more: Partial<Past> = {}) => seedPast({ startedAt: now - ago - 1_000, finishedAt: now - ago, ...more });

const expire = async () => (await cleanUp(now)).audits;
const isKept = async (id: string) => (await db.query.audits.findFirst({ where: eq(audits.id, id) }))?.deletedAt === null;

describe("an audit that ended longer ago than its workspace keeps audits", () => {
  it("is hidden from every reader, and its rows and its crawl are to follow", async () => {
    const id = await ended(31 * dayMs);
    const key = await seedKey(workspace);
    expect((await call("GET", `/api/v1/audits/${id}`, { key })).status).toBe(200);
    expect(await expire()).toBe(1);
    expect((await call("GET", `/api/v1/audits/${id}`, { key })).status).toBe(404);
    const ofWorkspace = { where: eq(jobs.workspaceId, workspace.id) };
    expect(await db.query.jobs.findMany(ofWorkspace)).toMatchObject([{ type: "audit.purge", state: "queued", input: { auditId: id } }]);
    const told = await db.query.events.findMany({ where: eq(events.workspaceId, workspace.id) });
    expect(told).toMatchObject([{ type: "audit.deleted", data: { auditId: id }, handledAt: null }]);
  });

  it("has what follows sent at once, so that nobody's lost messages wait behind it in the sweep", async () => {
    const other = await seedWorkspace();
    await keep(other, 30);
    for (const of of [workspace, workspace, other]) await ended(31 * dayMs, { of });
    const sent: string[] = [];
    await cleanUp(now, { sent: (what) => sent.push(what) });
    const stored = [...(await db.query.jobs.findMany()), ...(await db.query.events.findMany({ where: eq(events.type, "audit.deleted") }))];
    const ofThese = stored.filter(({ workspaceId }) => [workspace.id, other.id].includes(workspaceId));
    expect(ofThese).toHaveLength(6);
    expect(sent.toSorted()).toEqual(ofThese.map(({ id }) => id).toSorted());
  });

  it("goes with all that belongs to it by the job of the night alone", async () => {
    const id = await ended(31 * dayMs);
    const night = newId("job");
    await commit(db, [
      insertJob({ db, workspaceId: installationId, now: Date.now, dueJobs: [] }, { id: night, type: "retention.clean", input: { dryRun: false } }),
    ]);
    await sendJob(env.WORK, installationId, night);
    await vi.waitFor(async () => expect(await db.query.audits.findFirst({ where: eq(audits.id, id) })).toBeUndefined(), { timeout: 20_000 });
  });

  it("does not keep others when nobody can be told of it", async () => {
    const ids = [await ended(31 * dayMs), await ended(31 * dayMs)];
    const sent = () => {
      throw new Error("The queue does not answer.");
    };
    expect(await cleanUp(now, { sent })).toMatchObject({ audits: 2 });
    for (const id of ids) expect(await isKept(id)).toBe(false);
  });

  it("is deleted once", async () => {
    await ended(31 * dayMs);
    expect(await expire()).toBe(1);
    expect(await expire()).toBe(0);
    expect(await db.query.jobs.findMany({ where: eq(jobs.workspaceId, workspace.id) })).toHaveLength(1);
  });

  it.each(["completed", "failed", "cancelled"] as const)("expires when it is %s", async (status) => {
    const id = await ended(31 * dayMs, { status });
    await expire();
    expect(await isKept(id)).toBe(false);
  });

  it("goes with all that belongs to it", async () => {
    const id = await ended(31 * dayMs);
    await expire();
    await sweepJobs(db, env.WORK, Date.now() + 1);
    await vi.waitFor(async () => expect(await db.query.audits.findFirst({ where: eq(audits.id, id) })).toBeUndefined(), { timeout: 10_000 });
  });
});

describe("an audit is kept", () => {
  it.each([
    { when: "to the last moment of its days", ago: 30 * dayMs - 1, kept: true },
    { when: "and no longer", ago: 30 * dayMs, kept: false },
  ])("$when", async ({ ago, kept }) => {
    const id = await ended(ago);
    await expire();
    expect(await isKept(id)).toBe(kept);
  });

  it("when it ended in time, however long ago it began", async () => {
    const id = await seedPast({ startedAt: now - 90 * dayMs, finishedAt: now - dayMs });
    await expire();
    expect(await isKept(id)).toBe(true);
  });

  it.each(["running", "queued"] as const)("for as long as it is %s", async (status) => {
    const id = await seedPast({ startedAt: now - 90 * dayMs, finishedAt: null, status });
    await expire();
    expect(await isKept(id)).toBe(true);
  });

  it("in a workspace that keeps its audits, whatever others do", async () => {
    const [other, strict] = [await seedWorkspace(), await seedWorkspace()];
    await keep(other, null);
    await keep(strict, 1);
    const ids = [await ended(3_650 * dayMs, { of: other }), await ended(2 * dayMs), await ended(2 * dayMs, { of: strict })];
    expect(await expire()).toBe(1);
    expect(await Promise.all(ids.map(isKept))).toEqual([true, true, false]);
  });
});

describe("expiry", () => {
  it("does some audits at a time, and all of them in the end", async () => {
    for (let i = 0; i < 51; i++) await ended(31 * dayMs);
    const counts: (number | undefined)[] = [];
    await cleanUp(now, { reached: ({ counts: { audits: count } }) => counts.push(count) });
    const steps = counts.map((count = 0, i) => count - (counts[i - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(25);
    expect(counts.at(-1)).toBe(51);
  });

  it("goes on with the next audit when one cannot be deleted, says so in the log, and has it again the next night", async () => {
    for (let i = 0; i < 2; i++) await ended(31 * dayMs);
    let batches = 0;
    injectFaults(({ text }) => (text.includes('update "audits"') && batches++ === 0 ? "fail-before" : undefined));
    const lines: string[] = [];
    const counts = await cleanUp(now, { bindings: withFaults(env), failed: (line) => lines.push(line) });
    stopFaults();
    expect(counts.audits).toBe(1);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: "error", workspaceId: workspace.id }]);
    expect(await expire()).toBe(1);
  });
});
