import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Audit } from "../../../shared/audits/index.ts";
import { call, seedKey, seedWorkspace } from "./api.ts";
import { type AuditOutcome, createAudit, outcomeOf, readAudit, runAudit, tick } from "./audit-run.ts";
import { stopFaults } from "./faults.ts";
import { defineSite } from "./site.ts";
import { smallSite } from "./small-site.ts";

/** A small site that was audited once without any fault: what every audit of it under faults must find again. */
export interface FaultBench {
  readonly key: string;
  readonly workspaceId: string;
  readonly url: string;
  readonly clean: AuditOutcome;
}

/** Every test file needs a host of its own. */
export async function openFaultBench(host: string): Promise<FaultBench> {
  const workspace = await seedWorkspace();
  const key = await seedKey(workspace);
  const url = `http://${host}/`;
  // Without its server error, which would be asked for three times: this is about our faults, not the site's.
  await defineSite(host, { ...smallSite(`http://${host}`), "/broken": { status: 410, body: "no" } });
  const clean = await runAudit(key, url);
  expect(clean.audit.status).toBe("completed");
  expect(clean.findings.length).toBeGreaterThan(20);
  return { key, workspaceId: workspace.id, url, clean };
}

export const crawlOf = (auditId: string) => env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.idFromName(auditId));

/** The stage that the object of an audit has in its storage; null when it has forgotten the audit, or never heard of it. */
export async function stageOf(auditId: string): Promise<string | null> {
  return (await stateOf(auditId))?.stage ?? null;
}

async function stateOf(auditId: string): Promise<{ stage: string; text: string } | null> {
  return runInDurableObject(crawlOf(auditId), (_, { storage }) => {
    if (storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'crawl'").toArray().length === 0) return null;
    const [row] = storage.sql.exec<{ stage: string; state: string }>("SELECT state ->> '$.stage' AS stage, state FROM crawl").toArray();
    if (row === undefined) return null;
    const urls = storage.sql.exec("SELECT state, count(*) AS n FROM url GROUP BY state").toArray();
    return { stage: row.stage, text: JSON.stringify([row.state, urls]) };
  });
}

/**
 * Lets time pass for what waits: leases run out, events and heartbeats get old, the minute cron ticks, the alarm rings. The hour after which
 * the watchdog gives up does not pass: an object that was gone comes back after seconds of real time.
 */
export async function letTimePass(auditId: string): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("UPDATE events SET created_at = created_at - 120000 WHERE handled_at IS NULL"),
    env.DB.prepare("UPDATE audits SET heartbeat_at = heartbeat_at - 180000 WHERE id = ?").bind(auditId),
    env.DB.prepare("UPDATE jobs SET due_at = 0, lease_until = iif(lease_until IS NULL, NULL, 0)"),
  ]);
  await runInDurableObject(crawlOf(auditId), async (_, { storage }) => {
    // The alarm rings by itself, as in production: it is tried again when its object is gone in the middle of it.
    if ((await storage.getAlarm()) !== null) await storage.setAlarm(Date.now());
    if (storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'url'").toArray().length === 0) return;
    storage.sql.exec("UPDATE url SET lease_until = lease_until - 600000 WHERE state = 'leased'");
  });
  await tick();
}

/** Throws the object out of memory once what it does is done, as a deploy or a move does; false when it was not in memory. */
export async function evict(auditId: string): Promise<boolean> {
  try {
    await evictDurableObject(crawlOf(auditId));
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes("not currently running")) return false;
    throw error;
  }
}

/** How often each kind of event of an audit was recorded. */
export async function eventsOf(auditId: string): Promise<Record<string, number>> {
  const { results } = await env.DB.prepare("SELECT type, COUNT(*) AS count FROM events WHERE data ->> 'auditId' = ? GROUP BY type")
    .bind(auditId)
    .all<{ type: string; count: number }>();
  return Object.fromEntries(results.map(({ type, count }) => [type, count]));
}

const lookMs = 50;
/** Looks without any change after which time passes: whatever was on its way has arrived by then. */
const stillLooks = 16;
/** The same while nothing is on its way, since the alarm of the crawl failed and waits for its next turn. */
const stillLooksAfterFailure = 3;
const maxLooks = 3_000;

/** Waits until `isDone`; whenever nothing has moved for a while, time passes. */
export async function untilDone(auditId: string, isDone: () => Promise<boolean>): Promise<void> {
  let before = "";
  for (let looks = 0, still = 0; looks < maxLooks; looks++) {
    if (await isDone()) return;
    const now = await fingerprint(auditId);
    still = now === before ? still + 1 : 0;
    before = now;
    if (still < (/"alarmFailures\\*":[1-9]/.test(now) ? stillLooksAfterFailure : stillLooks)) await scheduler.wait(lookMs);
    else {
      await letTimePass(auditId);
      still = 0;
    }
  }
  throw new Error(`it is not done: ${await fingerprint(auditId)}`);
}

async function fingerprint(auditId: string): Promise<string> {
  const row = await env.DB.prepare("SELECT status, fetched, failed FROM audits WHERE id = ?").bind(auditId).first();
  const crawl = await stateOf(auditId).catch(() => null);
  return JSON.stringify([row, crawl?.text ?? null, await openEnds(auditId)]);
}

/** What is still to be done for an audit, beside its crawl. */
async function openEnds(auditId: string): Promise<Record<string, number>> {
  const counts = await env.DB.prepare(
    `SELECT (SELECT count(*) FROM events WHERE data ->> 'auditId' = ?1 AND handled_at IS NULL) AS events,
       (SELECT count(*) FROM jobs WHERE input ->> 'auditId' = ?1 AND state IN ('queued', 'running')) AS jobs,
       (SELECT count(*) FROM audits WHERE id = ?1 AND status IN ('queued', 'running')) AS audits,
       (SELECT count(*) FROM audits WHERE id = ?1 AND sealed_headers IS NOT NULL) AS secrets`,
  )
    .bind(auditId)
    .first<Record<string, number>>();
  return counts ?? {};
}

/** Waits until an audit has ended and nothing of it is left to do: no event unhandled, no job open, its crawl over. */
export async function untilQuiet(auditId: string): Promise<void> {
  await untilDone(auditId, async () => {
    const open = Object.values(await openEnds(auditId)).some((count) => count > 0);
    return !open && ["ended", null].includes(await stageOf(auditId));
  });
}

/** An audit that came to its end in spite of everything: as the clean run, told of once, with nothing left behind. */
export async function expectClean(bench: FaultBench, auditId: string): Promise<void> {
  await untilQuiet(auditId);
  stopFaults();
  const { audit, pages, findings } = await outcomeOf(bench.key, await readAudit(bench.key, auditId));
  const { status, scores, counts, progress } = bench.clean.audit;
  expect(audit.error).toBeUndefined();
  expect(audit).toMatchObject({ status, scores, counts, progress });
  expect(pages).toEqual(bench.clean.pages);
  expect(findings).toEqual(bench.clean.findings);
  expect(await eventsOf(auditId)).toEqual({ "audit.queued": 1, "audit.started": 1, "audit.completed": 1 });
  expect(await parked()).toEqual([]);
}

/** Messages that were given up. */
export async function parked(): Promise<{ queue: string; error: string }[]> {
  const { results } = await env.DB.prepare("SELECT queue, error_code || ': ' || error_message AS error FROM parked_messages ORDER BY id").all<{
    queue: string;
    error: string;
  }>();
  return results;
}

/** Creates an audit although the API may answer with an injected error. Those that were stored all the same are in the answer too. */
export async function acceptedAudits({ key, url }: FaultBench): Promise<string[]> {
  const before = await auditIds();
  for (let tries = 0; tries < 20; tries++) {
    const made = await createAudit(key, url).catch(() => null);
    if (made !== null) return (await auditIds()).filter((id) => !before.includes(id));
  }
  throw new Error("no audit was accepted");
}

async function auditIds(): Promise<string[]> {
  const { results } = await env.DB.prepare("SELECT id FROM audits ORDER BY id").all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Starts an audit of the bench's site. */
export const startAudit = ({ key, url }: FaultBench, options: Record<string, unknown> = {}): Promise<Audit> => createAudit(key, url, options);

export const cancel = ({ key }: FaultBench, auditId: string): Promise<Response> => call("POST", `/api/v1/audits/${auditId}/cancel`, { key });
export const remove = ({ key }: FaultBench, auditId: string): Promise<Response> => call("DELETE", `/api/v1/audits/${auditId}`, { key });

/** Rows that are left of an audit. */
export async function rowsOf(auditId: string): Promise<number> {
  const counts = ["audits WHERE id", "audit_pages WHERE audit_id", "findings WHERE audit_id"].map((from) =>
    env.DB.prepare(`SELECT COUNT(*) AS count FROM ${from} = ?`).bind(auditId),
  );
  return (await env.DB.batch<{ count: number }>(counts)).reduce((sum, { results }) => sum + (results[0]?.count ?? 0), 0);
}
