import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { events, jobs, mutes, scheduleRuns } from "../../../../shared/db/schema/index.ts";
import { insertJob, sendJob, sweepJobs } from "../../../../shared/jobs/index.ts";
import { commit, dayMs, newId } from "../../../../shared/platform/index.ts";
import { type CleanCheckpoint, keptThings } from "../../../../shared/retention/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { injectFaults, once, stopFaults, untilHeld } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { keepAll, keptSeeds } from "../../../helpers/worker/kept-seeds.ts";

const db = directoryDatabase(env);
// The beginning of a day: usage is counted by days.
const at = Math.floor(1_800_000_000_000 / dayMs) * dayMs;
const kinds = Object.entries(keptSeeds);

const tables = [
  ...["refresh_tokens", "sessions", "one_time_tokens", "attempts", "idempotency", "events", "jobs", "schedule_runs", "usage", "notifications", "broadcasts"],
  ...["mutes", "webhooks", "webhook_attempts", "webhook_deliveries", "audits", "audit_pages", "reports", "workspaces"],
];

let workspace: SeededWorkspace;
beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  const { objects } = await env.STORE.list();
  await env.STORE.delete(objects.map(({ key }) => key));
  workspace = await seedWorkspace();
  await keepAll(workspace);
});

/** Stores rows a millisecond on both sides of their end: those that are over by `at`, and those that are not yet. */
async function seedAround(kind: string, count = 1): Promise<{ over: string[]; kept: string[] }> {
  const seed = keptSeeds[kind];
  if (seed === undefined) throw new Error(`Nobody says how ${kind} is stored.`);
  const over: string[] = [];
  const kept: string[] = [];
  for (let i = 0; i < count; i++) {
    kept.push(await seed.make(workspace, at - seed.keptMs + 1));
    over.push(await seed.make(workspace, at - seed.keptMs));
  }
  return { over, kept };
}
const leftOf = async (kind: string) => new Set(await keptSeeds[kind]?.left());

describe("what is kept for a time", () => {
  it("is tested here, every kind of it", () => {
    expect(keptThings.map(({ name }) => name).toSorted()).toEqual(kinds.map(([name]) => name).toSorted());
  });

  it.each(kinds)("goes at the very millisecond, and not before: %s", async (kind) => {
    const { over, kept } = await seedAround(kind);
    expect(await cleanUp(at)).toMatchObject({ [kind]: 1 });
    const left = await leftOf(kind);
    expect(kept.filter((id) => !left.has(id))).toEqual([]);
    expect(over.filter((id) => left.has(id))).toEqual([]);
    expect(await cleanUp(at)).toMatchObject({ [kind]: 0 });
    expect(await leftOf(kind)).toEqual(left);
  });

  it.each(kinds)("is counted by a dry run, which deletes nothing: %s", async (kind) => {
    await seedAround(kind, 2);
    const before = await leftOf(kind);
    expect(await cleanUp(at, { dryRun: true })).toMatchObject({ [kind]: 2 });
    expect(await leftOf(kind)).toEqual(before);
    expect(await cleanUp(at)).toMatchObject({ [kind]: 2 });
  });

  it("stays where its time does not count yet", async () => {
    const id = newId("scheduleRun");
    const long = at - 4_000 * dayMs;
    await db.insert(events).values({ id: newId("event"), workspaceId: workspace.id, type: "audit.started", data: {}, createdAt: long });
    await db
      .insert(jobs)
      .values({ id: newId("job"), workspaceId: workspace.id, type: "mail.send", input: {}, state: "running", dueAt: long, createdAt: long, updatedAt: long });
    await db.insert(scheduleRuns).values({ id, workspaceId: workspace.id, scheduleId: id, occurrence: long, cause: "time", state: "running", createdAt: long });
    const mute = { origin: "https://example.com", ruleId: "title-missing", reason: "For good", createdBy: workspace.userId, createdAt: long };
    await db.insert(mutes).values({ id: newId("mute"), workspaceId: workspace.id, ...mute });
    expect(Object.values(await cleanUp(at)).every((count) => count === 0)).toBe(true);
  });

  it.each(["audits", "pages", "reports", "webhook-deliveries"])("is decided by each workspace for itself: %s", async (kind) => {
    const [strict, other] = [workspace, await seedWorkspace()];
    const seed = keptSeeds[kind];
    if (seed === undefined) throw new Error(`Nobody says how ${kind} is stored.`);
    const since = at - seed.keptMs;
    const ids = [await seed.make(strict, since), await seed.make(other, since)];
    await cleanUp(at);
    const left = await leftOf(kind);
    expect(ids.map((id) => left.has(id))).toEqual([false, true]);
  });

  it("goes with its files, when it is a report", async () => {
    const { over, kept } = await seedAround("reports");
    const files = async () => (await env.STORE.list({ prefix: `${workspace.id}/reports/` })).objects.map(({ key }) => key.split("/")[2]);
    expect(await files()).toEqual([...over, ...kept].toSorted());
    await cleanUp(at);
    await env.DB.prepare("UPDATE jobs SET due_at = 0").run();
    await sweepJobs(db, env.WORK, Date.now());
    await vi.waitFor(async () => expect(await files()).toEqual(kept), { timeout: 10_000, interval: 100 });
  });

  it("goes after the usual 30 days where the workspace of a delivery is gone", async () => {
    await seedAround("webhook-deliveries");
    await env.DB.prepare("DELETE FROM workspaces").run();
    expect(await cleanUp(at + 26 * dayMs - 1)).toMatchObject({ "webhook-deliveries": 0 });
    expect(await cleanUp(at + 26 * dayMs)).toMatchObject({ "webhook-deliveries": 1 });
  });
});

/** Stores so many events that were handled, every other of which is over. */
async function seedEvents(count: number): Promise<void> {
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO events (id, workspace_id, type, data, created_at, handled_at) SELECT 'evt_' || i, ?, 'audit.started', '{}', 1, iif(i % 2, ?, ?) FROM n`,
  )
    .bind(count, workspace.id, at - 30 * dayMs, at - 30 * dayMs + 1)
    .run();
}

describe("a clean-up", () => {
  it("looks at a thousand rows a slice, and comes to all of them", async () => {
    await seedEvents(2_500);
    const counts: number[] = [];
    await cleanUp(at, { reached: ({ kind, counts: { events: count = 0 } }) => void (kind === "events" && counts.push(count)) });
    expect(counts).toEqual([0, 500, 1_000]);
    expect(await db.$count(events)).toBe(1_250);
    expect(await db.$count(events, eq(events.handledAt, at - 30 * dayMs))).toBe(0);
  });

  it("reads of the database what a slice looks at and what it deletes, and nothing else", async () => {
    await seedEvents(5_000);
    const read: number[] = [];
    const DB = countingReads(env.DB, (rows) => read.push(rows));
    await cleanUp(at, { bindings: { ...env, DB } });
    // A slice looks at each of its rows once. Of a row that goes, SQLite counts its place in the list, the list's own copy of it, and the row twice.
    expect(Math.max(...read)).toBeLessThanOrEqual(4 * 500);
    expect(read.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(5_000 + 4 * 2_500 + 2 * keptThings.length);
  });

  it("judges all by the moment of its beginning, however long it takes", async () => {
    await seedEvents(1_500);
    const seen: CleanCheckpoint[] = [];
    await expect(cleanUp(at, { reached: dieAfter(seen, ({ kind, after }) => kind === "events" && after > 0) })).rejects.toThrow("died");
    await cleanUp(at + dayMs, { from: seen.at(-1) });
    expect(await db.$count(events)).toBe(750);
  });

  it("goes on where it was when its worker dies, and deletes of every kind what is over and nothing else", async () => {
    const seeded = new Map<string, { over: string[]; kept: string[] }>();
    for (const [kind] of kinds) seeded.set(kind, await seedAround(kind, 2));
    // Dies before and after each write, again and again; what the slice before said is all that is kept of it.
    let from: unknown = null;
    let strikes = 0;
    for (let tries = 0; ; tries++) {
      expect(tries).toBeLessThan(200);
      injectFaults(once("d1", tries % 2 === 0 ? "fail-after" : "fail-before", { nth: 2 + (tries % 3) }));
      try {
        await cleanUp(at, { bindings: withFaults(env), from, reached: (checkpoint) => (from = checkpoint) });
        strikes += stopFaults().length;
        break;
      } catch {
        strikes += stopFaults().length;
      }
    }
    expect(strikes).toBeGreaterThan(10);
    for (const [kind, { over, kept }] of seeded) {
      const left = await leftOf(kind);
      expect({ kind, lost: kept.filter((id) => !left.has(id)), stayed: over.filter((id) => left.has(id)) }).toEqual({ kind, lost: [], stayed: [] });
    }
  });

  it("spares a row that comes back to life as it is about to go", async () => {
    const { over } = await seedAround("webhook-deliveries");
    const bindings = withFaults(env);
    injectFaults(({ text }) => (text.includes('delete from "webhook_deliveries"') ? "hold-before" : undefined));
    const cleaned = cleanUp(at, { bindings });
    await untilHeld();
    await env.DB.prepare("UPDATE webhook_deliveries SET state = 'pending', finished_at = NULL WHERE id = ?").bind(over[0]).run();
    stopFaults();
    expect(await cleaned).toMatchObject({ "webhook-deliveries": 0 });
  });

  it("begins again at what an older release said and this one cannot read", async () => {
    await seedEvents(10);
    expect(await cleanUp(at, { from: { step: 4 } })).toMatchObject({ events: 5 });
    await db.delete(events);
    await seedEvents(10);
    const gone = { dryRun: false, at, database: 0, kind: "gone-with-a-release", after: 9_999, counts: {}, slices: 3 };
    expect(await cleanUp(at, { from: gone })).toMatchObject({ events: 5 });
  });

  it("is a job of the installation, whose counts are its result", async () => {
    await seedEvents(25_000);
    // By the clock of the day.
    await env.DB.prepare("UPDATE events SET handled_at = handled_at - ?").bind(at).run();
    const id = newId("job");
    const asked = { id, type: "retention.clean", input: { dryRun: false } } as const;
    await commit(db, [insertJob({ db, workspaceId: installationId, now: Date.now, dueJobs: [] }, asked)]);
    await sendJob(env.WORK, installationId, id);
    const read = async () => await db.query.jobs.findFirst({ where: eq(jobs.id, id) });
    await vi.waitFor(async () => expect(await read()).toMatchObject({ state: "succeeded" }), { timeout: 20_000, interval: 100 });
    expect(await read()).toMatchObject({ progress: 25_000, checkpoint: { dryRun: false, kind: null, counts: { events: 25_000, audits: 0 } } });
    expect(await db.$count(events)).toBe(0);
  });
});

/** Keeps what a clean-up reached, and dies once it is far enough. */
const dieAfter = (seen: CleanCheckpoint[], isFar: (checkpoint: CleanCheckpoint) => boolean) => (checkpoint: CleanCheckpoint) => {
  seen.push(checkpoint);
  if (isFar(checkpoint)) throw new Error("died");
};

/** The database, which says of each statement how many rows it read. */
function countingReads(database: D1Database, tell: (rows: number) => void): D1Database {
  const counting = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => counting(target.bind(...values));
        if (name !== "all" && name !== "run") return Reflect.get(target, name, target);
        return async () => {
          const result = await target[name]();
          tell(result.meta.rows_read);
          return result;
        };
      },
    });
  return new Proxy(database, {
    get(target, name) {
      if (name === "prepare") return (text: string) => counting(target.prepare(text));
      return Reflect.get(target, name, target);
    },
  });
}
