import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { fingerprintOf } from "../../../shared/audits/history/fingerprint.ts";
import { ruleById } from "../../../shared/audits/rules/catalogue.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { auditPages, audits, findings } from "../../../shared/db/schema/index.ts";
import { newId } from "../../../shared/platform/index.ts";
import type { SeededWorkspace } from "./api.ts";

const db = directoryDatabase(env);

export const usualOptions = { maxPages: 100, maxDepth: null, include: [], exclude: [], rate: 2, userAgent: "test", respectRobots: true, headerNames: [] };

/** One finding as a test says it: its rule, and the address of its page; null for the site. */
type Found = readonly [ruleId: string, pageUrl: string | null, more?: Partial<typeof findings.$inferInsert>];

export interface PastAudit {
  readonly url?: string;
  /** Address and status of each page; null for one that did not answer. */
  readonly pages?: Readonly<Record<string, number | null>>;
  readonly redirects?: Readonly<Record<string, string>>;
  /** Addresses of pages that are kept out of search results. */
  readonly hidden?: readonly string[];
  readonly found?: readonly Found[];
  /** Rules that checked something though nothing was found; those of the findings did anyway. */
  readonly checked?: readonly string[];
  readonly version?: number;
  readonly of?: Partial<typeof audits.$inferInsert>;
}

const usualPages = { "https://shop.example/": 200, "https://shop.example/a": 200, "https://shop.example/b": 200 };

/** Stores a completed audit of a shop as if it had been crawled, and answers with its id. */
export async function storeAudit(workspace: SeededWorkspace, now: number, audit: PastAudit = {}): Promise<string> {
  const { url = "https://shop.example/", pages = usualPages, redirects = {}, hidden = [], found = [], checked = [], version = 1, of = {} } = audit;
  const id = newId("audit", now);
  const ruleIds = new Set([...checked, ...found.map(([ruleId]) => ruleId)]);
  const tallies = Object.fromEntries(
    Array.from(ruleIds, (ruleId) => [ruleId, { version, checked: 3, failing: found.filter((one) => one[0] === ruleId).length }]),
  );
  const numbers = {
    discovered: Object.keys(pages).length,
    fetched: Object.keys(pages).length,
    scores: { overall: 80 },
    counts: { error: 0, warning: 0, info: 0 },
  };
  const whose = { id, workspaceId: workspace.id, createdBy: workspace.userId };
  const times = { createdAt: now, startedAt: now, finishedAt: now };
  await db.insert(audits).values({ ...whose, url, status: "completed", options: usualOptions, tallies, ...numbers, ...times, ...of });
  for (const [i, [address, status]] of Object.entries(pages).entries()) {
    const redirectTo = redirects[address] ?? null;
    const outcome = status === null ? "failed" : redirectTo === null ? "html" : "redirect";
    const facts = { title: null, depth: 1, indexable: !hidden.includes(address), contentType: null, bytes: 1, ttfbMs: 1, totalMs: 1, error: null };
    await db.insert(auditPages).values({ auditId: id, ordinal: i, workspaceId: workspace.id, url: address, status, outcome, redirectTo, ...facts });
  }
  for (const [ordinal, [ruleId, pageUrl, more]] of found.entries()) {
    const { category = "content", severity = "error" } = ruleById(ruleId) ?? {};
    const said = { values: {}, evidence: [], evidenceTotal: 0, ...more };
    const fingerprint = await fingerprintOf({ ruleId, pageUrl }, url);
    await db.insert(findings).values({
      auditId: id,
      ordinal,
      id: newId("finding"),
      workspaceId: workspace.id,
      ruleId,
      ruleVersion: version,
      category,
      severity,
      pageUrl,
      fingerprint,
      ...said,
    });
  }
  return id;
}

/** Stores `count` findings more, on as many pages that were fetched. */
export async function storeMany(auditId: string, workspace: SeededWorkspace, count: number): Promise<void> {
  const numbers = sql`with recursive n(i) as (select 1000 union all select i + 1 from n where i < ${999 + count})`;
  await db.run(sql`${numbers}
    insert into findings (audit_id, ordinal, id, workspace_id, rule_id, rule_version, category, severity, page_url, message_values, evidence, evidence_total, fingerprint)
    select ${auditId}, i, 'fnd_' || printf('%026d', i), ${workspace.id}, 'title-missing', 1, 'content', 'error', 'https://shop.example/p' || i, '{}', '[]', 0, printf('%032d', i) from n`);
  await db.run(sql`${numbers}
    insert into audit_pages (audit_id, ordinal, workspace_id, url, status, outcome, indexable, bytes, ttfb_ms, total_ms)
    select ${auditId}, i, ${workspace.id}, 'https://shop.example/p' || i, 200, 'html', 1, 1, 1, 1 from n`);
}
