import { and, eq, inArray, sql } from "drizzle-orm";
import { auditPages, audits, findings } from "../../db/schema/index.ts";
import { derivedId, guarded, recordEvent, refuseWhere, type Statement, sha256 } from "../../platform/index.ts";
import { findAuditBefore, isNotBefore } from "../audits-before.ts";
import { fingerprintOf } from "../history/fingerprint.ts";
import { recordFindings } from "../record-findings.ts";
import { recordSuspicion } from "../regression/record-suspicion.ts";
import { ruleById, rules } from "../rules/catalogue.ts";
import type { Severity } from "../rules/rule.ts";
import type { Counts } from "../schemas.ts";
import { scoreAudit } from "../score.ts";
import { type ProjectionContext, running, type Standing, settle } from "./standing.ts";

export interface ProjectedPage {
  readonly ordinal: number;
  readonly url: string;
  readonly status: number | null;
  readonly outcome: "html" | "redirect" | "other" | "failed";
  readonly title: string | null;
  readonly depth: number | null;
  readonly indexable: number;
  readonly redirectTo: string | null;
  readonly contentType: string | null;
  readonly bytes: number;
  readonly ttfbMs: number;
  readonly totalMs: number;
  readonly error: string | null;
}

export interface ProjectedFinding {
  readonly ordinal: number;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly pageUrl: string | null;
  /** JSON. */
  readonly values: string;
  /** JSON. */
  readonly evidence: string;
  readonly evidenceTotal: number;
}

/** What a crawl has to write since it wrote last. */
export interface CrawlNews {
  /** Where the crawl began. */
  readonly startUrl: string;
  readonly pages: readonly ProjectedPage[];
  readonly found: readonly ProjectedFinding[];
  readonly numbers: CrawlNumbers;
}

export interface CrawlNumbers {
  readonly discovered: number;
  readonly fetched: number;
  readonly failed: number;
  readonly counts: Counts;
  /** Origins of the site that are not asked any more, since they answered nothing. */
  readonly abandonedOrigins: readonly string[];
}

/** Takes an accepted audit into work. Repeating it is harmless: a claim whose answer was lost finds the audit running. */
export async function claimAudit(ctx: ProjectionContext): Promise<Standing> {
  const now = ctx.now();
  const claim = ctx.db
    .update(audits)
    .set({ status: "running", startedAt: now, heartbeatAt: now })
    .where(and(eq(audits.id, ctx.auditId), eq(audits.workspaceId, ctx.workspaceId), eq(audits.status, "queued")));
  return settle(ctx, [...guarded(ctx.db, claim), recordEvent(ctx, "audit.started", { auditId: ctx.auditId })], "running");
}

/** Writes settled pages, new findings and the numbers so far. Repeating it changes nothing: rows that exist are left alone. */
export async function projectCrawl(ctx: ProjectionContext, { startUrl, pages, found, numbers }: CrawlNews): Promise<Standing> {
  const { abandonedOrigins, ...progress } = numbers;
  const abandoned = abandonedOrigins.length === 0 ? {} : { abandonedOrigins };
  const heartbeat = ctx.db
    .update(audits)
    .set({ ...progress, ...abandoned, heartbeatAt: ctx.now() })
    .where(running(ctx));
  return settle(ctx, [...guarded(ctx.db, heartbeat), ...insertPages(ctx, pages), ...(await insertFindings(ctx, startUrl, found))], "running");
}

/**
 * The end of an audit: scores, the audit that it is compared with, its one event, those of findings that it opened or fixed, and the second look at what got
 * worse, in one batch that only one writer can win.
 * @throws AppError `conflict` when another audit of the same site ended at this moment: with that one it is to be compared
 */
export async function publishAudit(ctx: ProjectionContext, tallies: Record<string, { checked: number; failing: number }>): Promise<Standing> {
  const { overall, byCategory } = scoreAudit(tallies, rules);
  const versioned = Object.fromEntries(Object.entries(tallies).map(([id, tally]) => [id, { version: ruleById(id)?.version ?? 0, ...tally }]));
  const before = await findAuditBefore(ctx.db, ctx);
  const changes = await recordFindings(ctx, before, tallies);
  const baseId = before?.id ?? null;
  const now = ctx.now();
  const publish = ctx.db
    .update(audits)
    .set({ status: "completed", scores: { overall, ...byCategory }, tallies: versioned, baseId, finishedAt: now, heartbeatAt: now, sealedHeaders: null })
    .where(running(ctx));
  const secondLook = await recordSuspicion(ctx, before, versioned);
  const standing = refuseWhere(ctx.db, isNotBefore(ctx.db, ctx, baseId));
  return settle(
    ctx,
    [standing, ...changes, ...guarded(ctx.db, publish), recordEvent(ctx, "audit.completed", { auditId: ctx.auditId }), ...secondLook],
    "completed",
  );
}

/** The longest that the wire schema of an audit allows. */
const maxMessage = 2_000;

/** Ends an audit that cannot go on. */
export async function failAudit(ctx: ProjectionContext, failure: { code: string; message: string }): Promise<Standing> {
  const fail = ctx.db
    .update(audits)
    .set({ status: "failed", errorCode: failure.code, errorMessage: failure.message.slice(0, maxMessage), finishedAt: ctx.now(), sealedHeaders: null })
    .where(and(eq(audits.id, ctx.auditId), eq(audits.workspaceId, ctx.workspaceId), inArray(audits.status, ["queued", "running"])));
  return settle(ctx, [...guarded(ctx.db, fail), recordEvent(ctx, "audit.failed", { auditId: ctx.auditId, reason: failure.code })], "failed");
}

function insertPages(ctx: ProjectionContext, pages: readonly ProjectedPage[]): Statement[] {
  if (pages.length === 0) return [];
  // One parameter, however many rows: D1 allows a hundred bound values a statement. The columns are those of the table, in its order.
  return [
    ctx.db
      .insert(auditPages)
      .select(sql`
      select ${ctx.auditId}, value ->> 'ordinal', ${ctx.workspaceId}, value ->> 'url', value ->> 'status', value ->> 'outcome', value ->> 'title', value ->> 'depth',
        value ->> 'indexable', value ->> 'redirectTo', value ->> 'contentType', value ->> 'bytes', value ->> 'ttfbMs', value ->> 'totalMs', value ->> 'error'
      from json_each(${JSON.stringify(pages)}) where true`)
      .onConflictDoNothing(),
  ];
}

async function insertFindings(ctx: ProjectionContext, startUrl: string, found: readonly ProjectedFinding[]): Promise<Statement[]> {
  if (found.length === 0) return [];
  const rows = await Promise.all(
    found.map(async (finding) => {
      const rule = ruleById(finding.ruleId);
      const id = derivedId("finding", await sha256(`${ctx.auditId}\n${finding.ruleId}\n${finding.pageUrl ?? ""}`));
      const fingerprint = await fingerprintOf(finding, startUrl);
      return { ...finding, id, version: rule?.version ?? 0, category: rule?.category ?? "content", fingerprint };
    }),
  );
  return [
    ctx.db
      .insert(findings)
      .select(sql`
      select ${ctx.auditId}, value ->> 'ordinal', value ->> 'id', ${ctx.workspaceId}, value ->> 'ruleId', value ->> 'version', value ->> 'category', value ->> 'severity',
        value ->> 'pageUrl', value ->> 'values', value ->> 'evidence', value ->> 'evidenceTotal', value ->> 'fingerprint'
      from json_each(${JSON.stringify(rows)}) where true`)
      .onConflictDoNothing(),
  ];
}
