import { and, asc, eq, gt, gte, isNull, lt, type SQL } from "drizzle-orm";
import { auditPages, audits, type findings } from "../db/schema/index.ts";
import type { Language } from "../platform/index.ts";
import { AppError, type Context, Count, decodeCursor, pageOf, requirePermission, timeOrder } from "../platform/index.ts";
import { Regression } from "./regression/schemas.ts";
import { requirePages } from "./require-pages.ts";
import { ruleById } from "./rules/catalogue.ts";
import { renderMessage } from "./rules/rule.ts";
import {
  type Audit,
  type AuditList,
  Counts,
  type Finding,
  type ListAuditsQuery,
  type ListPagesQuery,
  type Page,
  type PageList,
  Scores,
  StoredCategory,
  StoredEvidence,
  StoredValues,
} from "./schemas.ts";

/** A workspace, and the database with its things. */
type Place = Pick<Context, "db" | "workspaceId">;

/** @throws AppError `not_found` also for another workspace's audit and for a deleted one */
export async function getAudit(ctx: Context, auditId: string): Promise<Audit> {
  requirePermission(ctx, "audits:read");
  return readAudit(ctx, auditId);
}

/** As `getAudit`, for verbs that asked for a permission of their own: a key that may only write still gets its answer. */
export async function readAudit(ctx: Place, auditId: string): Promise<Audit> {
  return toAudit(await findAudit(ctx, auditId));
}

/** The row of an audit that this workspace may see; `not_found` else. */
export async function findAudit(ctx: Place, auditId: string): Promise<typeof audits.$inferSelect> {
  const row = await ctx.db.query.audits.findFirst({ where: and(eq(audits.id, auditId), visible(ctx)) });
  if (row === undefined) throw new AppError("not_found", "There is no such audit.");
  return row;
}

/** The workspace's audits by when they were started. */
export async function listAudits(ctx: Context, query: ListAuditsQuery): Promise<AuditList> {
  requirePermission(ctx, "audits:read");
  const { limit, status } = query;
  const { rest, orderBy, order } = timeOrder(audits.id, "audit", query);
  const where = and(visible(ctx), rest, status === undefined ? undefined : eq(audits.status, status));
  const rows = await ctx.db.query.audits.findMany({ where, orderBy, limit: limit + 1 });
  const { items, ...next } = pageOf(rows, limit, (row) => row.id, order);
  return { items: items.map(toAudit), ...next };
}

/** The pages of an audit, in the order in which the crawl settled them. @throws AppError `gone` once they are no longer kept */
export async function listPages(ctx: Context, auditId: string, { limit, cursor, outcome, status }: ListPagesQuery): Promise<PageList> {
  requirePermission(ctx, "audits:read");
  requirePages(await findAudit(ctx, auditId));
  const hundred = status === undefined ? undefined : Number(status.charAt(0)) * 100;
  const rows = await ctx.db.query.auditPages.findMany({
    where: and(
      eq(auditPages.auditId, auditId),
      eq(auditPages.workspaceId, ctx.workspaceId),
      cursor === undefined ? undefined : gt(auditPages.ordinal, decodeCursor(cursor, Count, "pages")),
      outcome === undefined ? undefined : eq(auditPages.outcome, outcome),
      hundred === undefined ? undefined : and(gte(auditPages.status, hundred), lt(auditPages.status, hundred + 100)),
    ),
    orderBy: asc(auditPages.ordinal),
    limit: limit + 1,
  });
  const { items, ...rest } = pageOf(rows, limit, (row) => row.ordinal, "pages");
  return { items: items.map(toPage), ...rest };
}

/** The rows a reader of this workspace may see: those that somebody wanted, which the second look at another is not. */
export function visible(ctx: Pick<Context, "workspaceId">): SQL | undefined {
  return and(eq(audits.workspaceId, ctx.workspaceId), isNull(audits.deletedAt), isNull(audits.confirmsId));
}

export const noCounts: Counts = { error: 0, warning: 0, info: 0 };

export function toAudit(row: typeof audits.$inferSelect): Audit {
  return {
    id: row.id,
    url: row.url,
    status: row.status,
    progress: { discovered: row.discovered, fetched: row.fetched, failed: row.failed },
    scores: row.scores === null ? null : Scores.parse(row.scores),
    counts: row.counts === null ? noCounts : Counts.parse(row.counts),
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    ...(row.regression === null ? {} : { regression: Regression.parse(row.regression) }),
    ...(row.errorCode === null ? {} : { error: { code: row.errorCode, message: row.errorMessage ?? "" } }),
  };
}

export function toPage(row: typeof auditPages.$inferSelect): Page {
  const { url, status, outcome, title, depth, indexable, redirectTo, contentType, bytes, ttfbMs, totalMs, error } = row;
  return { url, status, outcome, title, depth, indexable, redirectTo, contentType, bytes, ttfbMs, totalMs, error };
}

/** What a finding says by itself; its state is known only beside another audit. */
export type StoredFinding = Omit<Finding, "state">;

/** A stored finding in the reader's language. A rule that no longer exists still has its id to show. */
export function toFinding(row: typeof findings.$inferSelect, language: Language): StoredFinding {
  const rule = ruleById(row.ruleId);
  return {
    id: row.id,
    ruleId: row.ruleId,
    ruleVersion: row.ruleVersion,
    category: StoredCategory.parse(row.category),
    severity: row.severity,
    pageUrl: row.pageUrl,
    message: rule === undefined ? row.ruleId : renderMessage(rule.text[language], StoredValues.parse(row.values), row.evidenceTotal),
    evidence: StoredEvidence.parse(row.evidence),
    evidenceTotal: row.evidenceTotal,
  };
}
