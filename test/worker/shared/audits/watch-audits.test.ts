import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Crawls, watchAudits } from "../../../../shared/audits/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { audits } from "../../../../shared/db/schema/index.ts";
import { createLog } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedAudit, seedWorkspace } from "../../../helpers/worker/api.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";

const db = directoryDatabase(env);
const minuteMs = 60_000;
const now = Date.now();

let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
});
beforeEach(async () => {
  await db.delete(audits);
});

async function seed(values: Partial<typeof audits.$inferInsert>): Promise<string> {
  const id = await seedAudit(workspace, "queued");
  await db.update(audits).set(values).where(eq(audits.id, id));
  return id;
}
const silent = (minutes: number) => seed({ status: "running", heartbeatAt: now - minutes * minuteMs });
const queued = (minutes: number) => seed({ createdAt: now - minutes * minuteMs });

/** One look of the watchdog, and what came of it. Of the crawls only `resume` and `clear` are asked. */
async function watch(resume: Crawls["resume"], database = db) {
  const lines: string[] = [];
  const announced: string[] = [];
  const cleared: string[] = [];
  const unexpected = () => expect.unreachable("only resume and clear are asked");
  const count = await watchAudits({
    db: database,
    crawls: {
      resume,
      start: unexpected,
      report: unexpected,
      progress: unexpected,
      watch: unexpected,
      flush: unexpected,
      clear: async (id) => void cleared.push(id),
    },
    now: () => now,
    announce: async (_, eventIds) => void announced.push(...eventIds),
    log: createLog((_, line) => lines.push(line)),
  });
  return { count, lines, announced, cleared };
}

const read = async (id: string) => await db.query.audits.findFirst({ where: eq(audits.id, id) });

describe("the watchdog of audits", () => {
  it("goes on with the next audit when one cannot be looked after, and says so in the log", async () => {
    const broken = await silent(9);
    const lost = await silent(5);
    const asleep = await silent(3);
    const resumed: string[] = [];
    const { count, lines, announced } = await watch(async (id) => {
      resumed.push(id);
      if (id === broken) throw new Error("the object is overloaded");
      return id === lost ? "gone" : "running";
    });
    expect(count).toBe(3);
    expect(resumed).toEqual([broken, lost, asleep]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", auditId: broken, errorMessage: "the object is overloaded" });
    expect(await read(broken)).toMatchObject({ status: "running" });
    expect(await read(lost)).toMatchObject({ status: "failed", errorCode: "crawl_lost" });
    expect(await read(asleep)).toMatchObject({ status: "running" });
    expect(announced).toHaveLength(1);
  });

  it("fails an audit that waits for its crawl for more than an hour, without asking the crawl", async () => {
    const forgotten = await seed({ createdAt: now - 61 * minuteMs, sealedHeaders: "sealed" });
    const { count, announced } = await watch(() => expect.unreachable("there is no crawl to wake"));
    expect(count).toBe(1);
    expect(announced).toHaveLength(1);
    expect(await read(forgotten)).toMatchObject({
      status: "failed",
      errorCode: "crawl_not_started",
      errorMessage: expect.stringContaining("Start the audit again"),
      finishedAt: now,
      sealedHeaders: null,
    });
  });

  it.each([
    { outcome: "fails and clears a crawl that was woken for more than an hour in vain", wokenMinutes: 61, silentMinutes: 64, fails: true },
    { outcome: "goes on waking one that was woken for less", wokenMinutes: 59, silentMinutes: 64, fails: false },
    { outcome: "wakes one that was silent for days because everything stood still", wokenMinutes: null, silentMinutes: 5_000, fails: false },
    { outcome: "begins to count anew after a sign of life", wokenMinutes: 90, silentMinutes: 3, fails: false },
  ])("$outcome", async ({ wokenMinutes, silentMinutes, fails }) => {
    const wokenAt = wokenMinutes === null ? null : now - wokenMinutes * minuteMs;
    const id = await seed({ status: "running", heartbeatAt: now - silentMinutes * minuteMs, wokenAt });
    const { announced, cleared, lines } = await watch(async () => {
      throw new Error("the object stops whenever it is woken");
    });
    expect(await read(id)).toMatchObject(
      fails ? { status: "failed", errorCode: "crawl_stuck", errorMessage: expect.stringContaining("fault on our side") } : { status: "running" },
    );
    expect(cleared).toEqual(fails ? [id] : []);
    expect(announced).toHaveLength(fails ? 1 : 0);
    expect(lines).toHaveLength(fails ? 0 : 1);
  });

  it("leaves alone what is young, alive or ended", async () => {
    const ids = [
      await queued(59),
      await silent(1),
      await seed({ status: "completed", createdAt: 0, heartbeatAt: 0 }),
      await seed({ status: "cancelled", createdAt: 0 }),
    ];
    const before = await Promise.all(ids.map(read));
    expect((await watch(() => expect.unreachable("nobody is to be woken"))).count).toBe(0);
    expect(await Promise.all(ids.map(read))).toEqual(before);
  });

  it("reads only audits under way, however many have ended", async () => {
    const plan = await planOf((observed) => watch(() => expect.unreachable("nobody is to be woken"), observed));
    expect(plan).toBe("SCAN audits USING INDEX audits_unfinished");
  });
});
