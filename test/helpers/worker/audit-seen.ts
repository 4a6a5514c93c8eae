import { runInDurableObject } from "cloudflare:test";
import { hasEnded, Report } from "../../../shared/audits/index.ts";
import { call } from "./api.ts";
import { createAudit, readAudit } from "./audit-run.ts";
import { crawlOf, evict } from "./fault-bench.ts";

/** Looks, four a second: longer than three tries of a silent server take, and all that stands behind them in the queue. */
const maxLooks = 850;

/** Audits a site; waits that a server asks for, or that come between two tries, are cut short. */
export async function auditAndRead(key: string, url: string, options: Record<string, unknown> = {}): Promise<Seen> {
  const { id } = await createAudit(key, url, options);
  for (let looks = 0; looks < maxLooks; looks++) {
    const audit = await readAudit(key, id);
    if (hasEnded(audit.status)) return seenOf(key, id);
    await scheduler.wait(250);
    if (looks % 4 === 3) await skipWaits(id);
  }
  throw new Error(`the audit of ${url} does not end`);
}

const skippedMs = 120_000;

async function skipWaits(auditId: string): Promise<void> {
  const skipped = await runInDurableObject(crawlOf(auditId), async (_, { storage }) => {
    if (storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'url'").toArray().length === 0) return false;
    const isWaiting = storage.sql.exec("SELECT 1 FROM url WHERE state = 'waiting' AND attempt > 0 LIMIT 1").toArray().length > 0;
    const isOut = storage.sql.exec("SELECT 1 FROM url WHERE state = 'leased' LIMIT 1").toArray().length > 0;
    if (!isWaiting || isOut) return false;
    storage.sql.exec("UPDATE url SET due_at = due_at - ?", skippedMs);
    storage.sql.exec(
      `UPDATE crawl SET state = json_set(state, '$.nextSlotAt', (state ->> '$.nextSlotAt') - ?1, '$.health',
         (SELECT json_group_object(key, json_set(value, '$.since', (value ->> '$.since') - ?1)) FROM json_each(state -> '$.health')))`,
      skippedMs,
    );
    await storage.setAlarm(Date.now() + 50);
    return true;
  });
  // It believes what it has in memory.
  if (skipped) await evict(auditId);
}

/** What a person gets to read about an audit. */
export interface Seen {
  readonly status: string;
  /** Why it failed. */
  readonly error: string | undefined;
  /** Every sentence about the site and its pages. */
  readonly sentences: readonly string[];
  readonly notes: readonly string[];
  readonly pages: number;
}

async function seenOf(key: string, auditId: string): Promise<Seen> {
  const report = Report.parse(await (await call("GET", `/api/v1/audits/${auditId}/report.json`, { key })).json());
  const { items } = await (await call("GET", `/api/v1/audits/${auditId}/pages`, { key })).json<{ items: { error: string | null }[] }>();
  const found = report.rules.flatMap(({ findings }) => findings.flatMap(({ message, evidence }) => [message, ...evidence]));
  return {
    status: report.audit.status,
    error: report.audit.error?.message,
    sentences: [...found, ...items.flatMap(({ error }) => error ?? [])],
    notes: report.notes,
    pages: report.pages.total,
  };
}
