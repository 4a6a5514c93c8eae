import { and, asc, eq, gt } from "drizzle-orm";
import { findings } from "../db/schema/index.ts";
import { type Context, Count, decodeCursor, type Language, pageOf, requirePermission } from "../platform/index.ts";
import { findAgainst, stateOf, withStates } from "./history/states.ts";
import { toFinding } from "./queries.ts";
import type { FindingList, ListFindingsQuery } from "./schemas.ts";

/**
 * The findings of an audit, in the order in which they were made, with their state against the audit before.
 * @throws AppError `not_found` as `getAudit` does
 */
export async function listFindings(ctx: Context, auditId: string, query: ListFindingsQuery, language: Language): Promise<FindingList> {
  requirePermission(ctx, "audits:read");
  const against = await findAgainst(ctx, auditId);
  const { limit, cursor, rule, severity, category, page, state } = query;
  const rows = await ctx.db
    .select()
    .from(findings)
    .where(
      and(
        eq(findings.auditId, auditId),
        eq(findings.workspaceId, ctx.workspaceId),
        cursor === undefined ? undefined : gt(findings.ordinal, decodeCursor(cursor, Count, "findings")),
        rule === undefined ? undefined : eq(findings.ruleId, rule),
        severity === undefined ? undefined : eq(findings.severity, severity),
        category === undefined ? undefined : eq(findings.category, category),
        state === undefined ? undefined : eq(stateOf(ctx, against), state),
        page === undefined ? undefined : eq(findings.pageUrl, page),
      ),
    )
    .orderBy(asc(findings.ordinal))
    .limit(limit + 1);
  const { items, ...rest } = pageOf(rows, limit, (row) => row.ordinal, "findings");
  const told = state === undefined ? await withStates(ctx, against, items) : items.map((row) => ({ ...row, state }));
  return { items: told.map((row) => ({ ...toFinding(row, language), state: row.state })), ...rest };
}
