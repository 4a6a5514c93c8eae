import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { crawlsOf } from "../../../durable-objects/stubs.ts";
import { Audit, FindingList, hasEnded, PageList } from "../../../shared/audits/index.ts";
import { call } from "./api.ts";
import worker from "./faulty-worker.ts";

/** What an audit found, in an order that does not depend on how it went. */
export interface AuditOutcome {
  readonly audit: Audit;
  readonly pages: readonly string[];
  readonly findings: readonly string[];
}

export async function createAudit(key: string, url: string, options: Record<string, unknown> = {}): Promise<Audit> {
  const response = await call("POST", "/api/v1/audits", { key, body: { url, requestsPerSecond: 50, ...options } });
  const answer: unknown = await response.json();
  if (response.status !== 202) throw new Error(`the audit was refused: ${JSON.stringify(answer)}`);
  return Audit.parse(answer);
}

export async function readAudit(key: string, auditId: string): Promise<Audit> {
  return Audit.parse(await (await call("GET", `/api/v1/audits/${auditId}`, { key })).json());
}

/** Waits until the audit has ended; `meanwhile` runs between looks, about four times a second. */
export async function untilEnded(key: string, auditId: string, meanwhile: () => Promise<unknown> = async () => {}): Promise<Audit> {
  for (let looks = 0; looks < 200; looks++) {
    const audit = await readAudit(key, auditId);
    if (hasEnded(audit.status)) return audit;
    await meanwhile();
    await scheduler.wait(250);
  }
  throw new Error(`the audit did not end: ${JSON.stringify(await readAudit(key, auditId))}`);
}

/** Waits until the audit has come to this status. */
export async function untilStatus(key: string, auditId: string, status: Audit["status"]): Promise<Audit> {
  for (let looks = 0; looks < 400; looks++) {
    const audit = await readAudit(key, auditId);
    if (audit.status === status) return audit;
    await scheduler.wait(50);
  }
  throw new Error(`the audit is not ${status}: ${JSON.stringify(await readAudit(key, auditId))}`);
}

/** Waits until the crawl of an audit is over: its object has forgotten it, or has nothing left to do. */
export async function untilGone(auditId: string): Promise<void> {
  for (let looks = 0; looks < 400; looks++) {
    if ((await crawlsOf(env).progress(auditId)) === "gone") return;
    await scheduler.wait(50);
  }
  throw new Error(`the crawl of ${auditId} still goes on`);
}

export async function outcomeOf(key: string, audit: Audit): Promise<AuditOutcome> {
  const pages = await readAll(key, `/api/v1/audits/${audit.id}/pages`, (answer) => PageList.parse(answer));
  const findings = await readAll(key, `/api/v1/audits/${audit.id}/findings`, (answer) => FindingList.parse(answer));
  return {
    audit,
    pages: pages.map(({ url, status, outcome, title, redirectTo }) => JSON.stringify({ url, status, outcome, title, redirectTo })).sort(),
    findings: findings
      .map(({ ruleId, severity, pageUrl, message, evidence }) => JSON.stringify({ ruleId, severity, pageUrl, message, evidence: [...evidence].sort() }))
      .sort(),
  };
}

/** Audits a site from its start to its end. */
export async function runAudit(key: string, url: string, options: Record<string, unknown> = {}): Promise<AuditOutcome> {
  const { id } = await createAudit(key, url, options);
  return outcomeOf(key, await untilEnded(key, id));
}

async function readAll<T>(key: string, path: string, parse: (answer: unknown) => { items: T[]; nextCursor?: string | undefined }): Promise<T[]> {
  const items: T[] = [];
  for (let cursor = ""; ; ) {
    const page = parse(await (await call("GET", `${path}?limit=100${cursor}`, { key })).json());
    items.push(...page.items);
    if (page.nextCursor === undefined) return items;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

/** One tick of the minute cron. */
export async function tick(): Promise<void> {
  const ctx = createExecutionContext();
  await worker.scheduled(createScheduledController({ cron: "* * * * *" }), env, ctx);
  await waitOnExecutionContext(ctx);
}
