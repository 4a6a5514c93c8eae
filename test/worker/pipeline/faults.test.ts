import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { seedKey, seedWorkspace } from "../../helpers/worker/api.ts";
import { type AuditOutcome, createAudit, outcomeOf, runAudit, tick, untilEnded } from "../../helpers/worker/audit-run.ts";
import { injectFaults, once, seeded, stopFaults } from "../../helpers/worker/faults.ts";
import { defineSite } from "../../helpers/worker/site.ts";
import { smallSite } from "../../helpers/worker/small-site.ts";

const host = "faults.example.org";
const url = `http://${host}/`;
let key = "";
let clean: AuditOutcome;

beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
  // Without its server error, which would be asked for three times: these tests are about our faults, not the site's.
  await defineSite(host, { ...smallSite(`http://${host}`), "/broken": { status: 410, body: "no" } });
  clean = await runAudit(key, url);
  expect(clean.audit.status).toBe("completed");
  expect(clean.findings.length).toBeGreaterThan(20);
}, 60_000);

afterEach(() => {
  stopFaults();
});

const crawlOf = (auditId: string) => env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.idFromName(auditId));

/** Lets time pass for what waits: leases run out, events and heartbeats get old, and the minute cron ticks. */
async function letTimePass(auditId: string): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("UPDATE events SET created_at = created_at - 120000 WHERE handled_at IS NULL"),
    env.DB.prepare("UPDATE audits SET heartbeat_at = heartbeat_at - 180000 WHERE id = ?").bind(auditId),
  ]);
  const crawl = crawlOf(auditId);
  await runInDurableObject(crawl, (_, { storage }) => {
    if (storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'url'").toArray().length === 0) return;
    storage.sql.exec("UPDATE url SET lease_until = lease_until - 600000 WHERE state = 'leased'");
  });
  await tick();
  await runDurableObjectAlarm(crawl);
}

function expectSame({ audit, pages, findings }: AuditOutcome): void {
  expect(audit).toMatchObject({ status: "completed", scores: clean.audit.scores, counts: clean.audit.counts });
  expect(pages).toEqual(clean.pages);
  expect(findings).toEqual(clean.findings);
}

/** Throws the object out of memory, as a deploy or a move does; 0 when it was not in memory. */
async function evict(auditId: string): Promise<number> {
  try {
    await evictDurableObject(crawlOf(auditId));
    return 1;
  } catch (error) {
    if (error instanceof Error && error.message.includes("not currently running")) return 0;
    throw error;
  }
}

/** How often each kind of event of an audit was recorded. */
async function eventsOf(auditId: string): Promise<Record<string, number>> {
  const { results } = await env.DB.prepare("SELECT type, COUNT(*) AS count FROM events WHERE data ->> 'auditId' = ? GROUP BY type")
    .bind(auditId)
    .all<{ type: string; count: number }>();
  return Object.fromEntries(results.map(({ type, count }) => [type, count]));
}

describe("an audit finds the same as a clean run", () => {
  it.each([
    ["every queue message is delivered twice", seeded(1, { events: { duplicate: 1 }, analysis: { duplicate: 1 } })],
    ["messages arrive in another order", seeded(2, { analysis: { reorder: 1 } })],
    ["messages are late", seeded(3, { events: { delay: 0.5 }, analysis: { delay: 0.3 } })],
    ["the consumer dies between fetching a page and reporting it", once("report", "fail-before", { text: '"kind":"page"' })],
    ["the consumer dies after its report, before its message is settled", once("report", "fail-after", { text: '"kind":"page"', nth: 2 })],
    ["the database fails before the audit is taken into work", once("d1", "fail-before", { text: '"status" = ?, "started_at"' })],
    ["the database fails after the audit was taken into work", once("d1", "fail-after", { text: '"status" = ?, "started_at"' })],
    ["the database fails before pages are written", once("d1", "fail-before", { text: 'insert into "audit_pages"' })],
    ["the database fails after pages were written", once("d1", "fail-after", { text: 'insert into "audit_pages"' })],
    ["the database fails before the end is published", once("d1", "fail-before", { text: '"scores" = ?' })],
    ["the database fails after the end was published", once("d1", "fail-after", { text: '"scores" = ?' })],
  ])(
    "when %s",
    async (_, plan) => {
      injectFaults(plan);
      const { id } = await createAudit(key, url);
      const outcome = await outcomeOf(key, await untilEnded(key, id));
      expect(stopFaults().length).toBeGreaterThan(0);
      expectSame(outcome);
      expect(await eventsOf(id)).toEqual({ "audit.queued": 1, "audit.started": 1, "audit.completed": 1 });
    },
    60_000,
  );

  it("when its crawl object is evicted again and again", async () => {
    const { id } = await createAudit(key, url, { requestsPerSecond: 20 });
    let evictions = 0;
    const audit = await untilEnded(key, id, async () => {
      evictions += await evict(id);
    });
    expect(evictions).toBeGreaterThan(2);
    expectSame(await outcomeOf(key, audit));
  }, 60_000);

  it.each([
    ["the message that announces it", "events"],
    ["messages with pages to fetch", "analysis"],
  ] as const)(
    "when %s is lost",
    async (_, point) => {
      injectFaults(once(point, "lose"));
      const { id } = await createAudit(key, url);
      await scheduler.wait(500);
      const audit = await untilEnded(key, id, () => letTimePass(id));
      expect(stopFaults()).toEqual([`${point} lose`]);
      expectSame(await outcomeOf(key, audit));
    },
    60_000,
  );

  it.each([11, 12, 13])(
    "under random faults everywhere, seed %i",
    async (seed) => {
      injectFaults(
        seeded(seed, {
          d1: { "fail-after": 0.02 },
          report: { "fail-before": 0.05, "fail-after": 0.05 },
          events: { lose: 0.2, duplicate: 0.3 },
          analysis: { lose: 0.05, duplicate: 0.2, reorder: 0.2, "fail-before": 0.05, "fail-after": 0.05 },
        }),
      );
      const id = await accepted();
      let looks = 0;
      const audit = await untilEnded(key, id, async () => {
        if (++looks % 8 === 0) await letTimePass(id);
      }).catch(async () => {
        stopFaults();
        return untilEnded(key, id, () => letTimePass(id));
      });
      stopFaults();
      expectSame(await outcomeOf(key, audit));
      expect(await eventsOf(id)).toMatchObject({ "audit.completed": 1 });
    },
    120_000,
  );
});

/** Creates an audit although the API may answer with an injected error: then nothing, or the whole of it, was accepted. */
async function accepted(): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      return (await createAudit(key, url)).id;
    } catch {
      // The next try draws other faults.
    }
  }
  throw new Error("no audit was accepted");
}
