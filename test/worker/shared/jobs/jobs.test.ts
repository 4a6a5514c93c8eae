import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { events, jobs, members } from "../../../../shared/db/schema/index.ts";
import { insertJob, type JobExecutor, runJob, sweepJobs } from "../../../../shared/jobs/index.ts";
import { AppError, commit, dayMs, hourMs, newId } from "../../../../shared/platform/index.ts";
import { seedWorkspace } from "../../../helpers/worker/api.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { injectFaults, once, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";

const db = directoryDatabase(env);
const start = 1_800_000_000_000;
let now = start;
const outbox: string[] = [];
const deps = { db, directory: db, outbox, now: () => now, random: () => 0.5 };

const accept = async (workspaceId = "wsp_a"): Promise<string> => {
  const id = newId("job");
  await commit(db, [insertJob({ db, workspaceId, now: () => now, dueJobs: [] }, { id, type: "audit.purge", input: { auditId: newId("audit") } })]);
  return id;
};
const read = async (id: string) => await db.query.jobs.findFirst({ where: eq(jobs.id, id) });
const notAsked = () => Promise.reject(new Error("This was not asked for."));
const others = {
  "audits.start": notAsked,
  "backup.make": notAsked,
  "dead-letters.digest": notAsked,
  "limiters.erase": notAsked,
  "mail.send": notAsked,
  "person.erase": notAsked,
  "report.make": notAsked,
  "report.purge": notAsked,
  "reports.start": notAsked,
  "retention.clean": notAsked,
  "webhook.purge": notAsked,
  "workspace.erase": notAsked,
};
const outcomeOf = (id: string, execute: JobExecutor<"audit.purge">) => runJob(deps, { ...others, "audit.purge": execute }, id);
const run = async (id: string, execute: JobExecutor<"audit.purge">) => (await outcomeOf(id, execute)).state;
const finish: JobExecutor<"audit.purge"> = async () => ({ done: true, progress: 1 });
const fail =
  (error: Error): JobExecutor<"audit.purge"> =>
  async () => {
    throw error;
  };

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  now = start;
  await db.delete(jobs);
});

describe("a job", () => {
  it("runs slice after slice until it is done, adding up its progress", async () => {
    const id = await accept();
    let slices = 0;
    expect(await run(id, async () => ({ done: ++slices === 3, progress: 10 }))).toBe("succeeded");
    expect(await read(id)).toMatchObject({ state: "succeeded", progress: 30, attempt: 1 });
  });

  it("goes on with the next message when it is long", async () => {
    const id = await accept();
    expect(await run(id, async () => ({ done: false, progress: 1 }))).toBe("continues");
    expect(await read(id)).toMatchObject({ state: "queued", progress: 20 });
    expect(await run(id, finish)).toBe("succeeded");
  });

  it("goes on where the slice before came to, with the next message and after a failure too, and keeps what the last one said", async () => {
    const id = await accept();
    const seen: unknown[] = [];
    const execute: JobExecutor<"audit.purge"> = async ({ checkpoint }) => {
      seen.push(checkpoint);
      if (seen.length === 3) throw new AppError("unavailable", "Not now.");
      // One that says nothing of it changes nothing.
      return { done: seen.length === 24, progress: 1, ...(seen.length === 2 ? {} : { checkpoint: { at: seen.length } }) };
    };
    expect(await run(id, execute)).toBe("retried");
    now += hourMs;
    expect(await run(id, execute)).toBe("continues");
    expect(await run(id, execute)).toBe("succeeded");
    expect(seen.slice(0, 5)).toEqual([null, { at: 1 }, { at: 1 }, { at: 1 }, { at: 4 }]);
    expect(await read(id)).toMatchObject({ checkpoint: { at: 24 } });
  });

  it("is claimed by one of two workers", async () => {
    const id = await accept();
    const outcomes = await Promise.all([run(id, finish), run(id, finish)]);
    expect(outcomes.toSorted()).toEqual(["busy", "succeeded"]);
  });

  it("is taken over when its lease ends, and the slow first worker then changes nothing", async () => {
    const id = await accept();
    const outcome = await run(id, async () => {
      now += 10 * 60_000;
      expect(await run(id, finish)).toBe("succeeded");
      return { done: false, progress: 99 };
    });
    expect(outcome).toBe("busy");
    expect(await read(id)).toMatchObject({ state: "succeeded", progress: 1, attempt: 2 });
  });

  it("waits longer after each failure that may pass, and fails for good after eight", async () => {
    const id = await accept();
    const passing = fail(new AppError("unavailable", "not now"));
    for (let failures = 1; failures < 8; failures++) {
      expect(await run(id, passing)).toBe("retried");
      expect(await run(id, passing)).toBe("busy");
      const row = await read(id);
      expect(row?.dueAt).toBeGreaterThan(now);
      now = row?.dueAt ?? now;
    }
    expect(await run(id, passing)).toBe("failed");
    expect(await read(id)).toMatchObject({ state: "failed", error: "not now" });
  });

  it("that is an e-mail goes on for about a day", async () => {
    const id = newId("job");
    const input = { kind: "password-changed", userId: newId("user") } as const;
    await commit(db, [insertJob({ db, workspaceId: "wsp_a", now: () => now, dueJobs: [] }, { id, type: "mail.send", input })]);
    const send = () => Promise.reject(new AppError("unavailable", "not now"));
    const tryAgain = async () => (await runJob(deps, { ...others, "audit.purge": finish, "mail.send": send }, id)).state;
    while ((await tryAgain()) === "retried") now = (await read(id))?.dueAt ?? now;
    expect(await read(id)).toMatchObject({ state: "failed" });
    expect((now - start) / hourMs).toBeGreaterThan(20);
    expect((now - start) / hourMs).toBeLessThan(30);
  });

  it("fails at once when no try can help, and says what kind of job it was and why", async () => {
    const id = await accept();
    const cause = new AppError("invalid", "never");
    expect(await outcomeOf(id, fail(cause))).toEqual({ state: "failed", jobType: "audit.purge", cause });
  });

  it("has all its tries again after a slice that succeeded", async () => {
    const id = await accept();
    await db.update(jobs).set({ failures: 7 }).where(eq(jobs.id, id));
    let slices = 0;
    const outcome = await run(id, async () => {
      if (++slices === 2) throw new AppError("unavailable", "not now");
      return { done: false, progress: 1 };
    });
    expect(outcome).toBe("retried");
    expect(await read(id)).toMatchObject({ state: "queued", failures: 1, progress: 1 });
  });

  it("has none left when no slice succeeded in between", async () => {
    const id = await accept();
    await db.update(jobs).set({ failures: 7 }).where(eq(jobs.id, id));
    expect(await run(id, fail(new AppError("unavailable", "not now")))).toBe("failed");
  });

  it("is given up when its worker vanishes every time", async () => {
    const id = await accept();
    await db
      .update(jobs)
      .set({ state: "running", failures: 7, leaseUntil: now - 1 })
      .where(eq(jobs.id, id));
    expect(await run(id, finish)).toBe("failed");
    expect(await read(id)).toMatchObject({ state: "failed", error: expect.stringContaining("vanished") });
  });
});

describe("a job that failed for good", () => {
  const never = fail(new AppError("invalid", "never"));
  const told = async () =>
    (await db.select().from(events).where(eq(events.type, "job.failed"))).map(({ id, workspaceId, data }) => ({ id, workspaceId, data }));
  beforeEach(async () => {
    await db.delete(events);
    outbox.length = 0;
  });

  it("is told of in its workspace", async () => {
    const { id: workspaceId } = await seedWorkspace();
    const id = await accept(workspaceId);
    expect(await run(id, never)).toBe("failed");
    const [eventId = ""] = outbox;
    expect(await told()).toEqual([{ id: eventId, workspaceId, data: { jobId: id, jobType: "audit.purge" } }]);
  });

  it("is not told of while it is tried again, nor by a worker that was too slow", async () => {
    const { id: workspaceId } = await seedWorkspace();
    const id = await accept(workspaceId);
    expect(await run(id, fail(new AppError("unavailable", "not now")))).toBe("retried");
    now += hourMs;
    const slow = await run(id, async () => {
      now += hourMs;
      expect(await run(id, finish)).toBe("succeeded");
      throw new AppError("invalid", "never");
    });
    expect([slow, await told(), outbox]).toEqual(["busy", [], []]);
  });

  it.each<{ whose: string; workspace: () => Promise<string> }>([
    { whose: "the installation", workspace: async () => installationId },
    {
      whose: "a workspace that is being deleted",
      workspace: async () => {
        const { id } = await seedWorkspace();
        await db.delete(members).where(eq(members.workspaceId, id));
        return id;
      },
    },
  ])("is told of to nobody when it is of $whose", async ({ workspace }) => {
    expect(await run(await accept(await workspace()), never)).toBe("failed");
    expect([await told(), outbox]).toEqual([[], []]);
  });

  it("is told of once, though the answer of the database was lost", async () => {
    const { id: workspaceId } = await seedWorkspace();
    const id = await accept(workspaceId);
    const faulty = { ...deps, db: directoryDatabase(withFaults(env)) };
    injectFaults(once("d1", "fail-after", { text: 'insert into "events"' }));
    await expect(runJob(faulty, { ...others, "audit.purge": never }, id)).rejects.toMatchObject({ code: "unavailable" });
    stopFaults();
    now += hourMs;
    expect(await run(id, never)).toBe("busy");
    expect(await read(id)).toMatchObject({ state: "failed" });
    expect(await told()).toHaveLength(1);
  });
});

describe("the watchdog of jobs", () => {
  it("reads only unfinished jobs, however many have ended", async () => {
    const plan = await planOf((observed) => sweepJobs(observed, { sendBatch: async () => {} }, now));
    expect(plan).toContain("SEARCH jobs USING INDEX jobs_unfinished (due_at<?)");
    expect(plan).not.toContain("SCAN jobs");
  });

  it("has workspaces take turns, so that one with many jobs does not keep others waiting", async () => {
    const [busy, calm] = [await seedWorkspace(), await seedWorkspace()];
    await db.delete(jobs);
    const ofBusy: string[] = [];
    for (let count = 0; count < 150; count++) ofBusy.push(await accept(busy.id));
    await db.update(jobs).set({ dueAt: now - hourMs });
    const ofCalm = [await accept(calm.id), await accept(calm.id)];
    const sent: string[] = [];
    expect(await sweepJobs(db, { sendBatch: async (messages) => void sent.push(...messages.map(({ body }) => body.jobId)) }, now)).toBe(100);
    expect(sent.slice(0, 4).filter((id) => ofCalm.includes(id))).toHaveLength(2);
    expect(sent.filter((id) => ofBusy.includes(id))).toHaveLength(98);
  });

  it("sends what is due and nobody holds", async () => {
    const due = await accept();
    const lost = await accept();
    await db
      .update(jobs)
      .set({ state: "running", leaseUntil: now - 1 })
      .where(eq(jobs.id, lost));
    const held = await accept();
    await db
      .update(jobs)
      .set({ state: "running", leaseUntil: now + 1 })
      .where(eq(jobs.id, held));
    const later = await accept();
    await db
      .update(jobs)
      .set({ dueAt: now + 1 })
      .where(eq(jobs.id, later));
    const done = await accept();
    await run(done, finish);
    const sent: string[] = [];
    await sweepJobs(db, { sendBatch: async (messages) => void sent.push(...messages.map(({ body }) => body.jobId)) }, now);
    expect(sent.toSorted()).toEqual([due, lost].toSorted());
  });
});

describe("jobs that ended", () => {
  it.each([
    { state: "succeeded", ageMs: dayMs, isKept: false },
    { state: "succeeded", ageMs: dayMs - 1, isKept: true },
    { state: "failed", ageMs: 30 * dayMs, isKept: false },
    { state: "failed", ageMs: 30 * dayMs - 1, isKept: true },
    { state: "queued", ageMs: 400 * dayMs, isKept: true },
    { state: "running", ageMs: 400 * dayMs, isKept: true },
  ] as const)("as $state $ageMs ms ago are kept: $isKept", async ({ state, ageMs, isKept }) => {
    const id = await accept();
    await db.update(jobs).set({ state, updatedAt: now - ageMs });
    const counts = await cleanUp(now);
    expect([counts["jobs-succeeded"], counts["jobs-failed"]].filter((count) => count !== 0)).toEqual(isKept ? [] : [1]);
    expect((await read(id)) !== undefined).toBe(isKept);
  });
});
