import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { audits, findings, webhooks } from "../db/schema/index.ts";
import { type Context, recordEvent, type Statement } from "../platform/index.ts";
import type { AuditOfWorkspace } from "./audits-before.ts";
import { type Before, compareTallies } from "./compare-tallies.ts";
import { findMuted, isMuted } from "./mutes/live-mutes.ts";
import { rules } from "./rules/catalogue.ts";
import type { Tally } from "./score.ts";

type Recorder = Pick<Context, "db" | "workspaceId" | "now" | "outbox"> & AuditOfWorkspace;

/**
 * The statements that record what findings an audit opened and which it fixed, against what the audits before it say (`findAuditBefore`); they belong in the
 * batch that completes it. Of a workspace that sends its events nowhere nothing is recorded: a new site has a finding by nearly every rule, and nobody would
 * hear of them. Nor is a finding opened that is muted wherever it is.
 */
export async function recordFindings(ctx: Recorder, before: Before | null, tallies: Readonly<Record<string, Tally>>): Promise<Statement[]> {
  const { db, auditId, workspaceId } = ctx;
  if (!(await sendsEvents(db, workspaceId))) return [];
  const { opened, fixed } = compareTallies(before, tallies, rules);
  const [audit] = await db
    .select({ url: audits.url })
    .from(audits)
    .where(and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId)));
  if (audit === undefined) return [];
  const { origin } = new URL(audit.url);
  const heard = await withoutMuted(ctx, audit.url, opened);
  return [
    ...heard.map((ruleId) => recordEvent(ctx, "finding.opened", { auditId, ruleId, origin })),
    ...fixed.map((ruleId) => recordEvent(ctx, "finding.fixed", { auditId, ruleId, origin })),
  ];
}

/** Those of the rules of which some finding of the audit is not muted. */
async function withoutMuted(ctx: Recorder, address: string, ruleIds: readonly string[]): Promise<readonly string[]> {
  const muted = await findMuted(ctx, address);
  const heard = ruleIds.filter((id) => !muted.ruleIds.includes(id));
  if (muted.fingerprints.length === 0 || heard.length === 0) return heard;
  const { db, auditId, workspaceId } = ctx;
  const ofRules = and(eq(findings.auditId, auditId), eq(findings.workspaceId, workspaceId), isOneOf(findings.ruleId, heard));
  const rows = await db
    .select({ ruleId: findings.ruleId, isSilent: sql<number>`min(${isMuted(muted)})` })
    .from(findings)
    .where(ofRules)
    .groupBy(findings.ruleId);
  const silent = new Set(rows.filter(({ isSilent }) => isSilent === 1).map(({ ruleId }) => ruleId));
  return heard.filter((id) => !silent.has(id));
}

/**
 * To endpoints that are disabled too: they may be enabled before this is handled. The table is read here since `shared/webhooks` cannot be asked: it asks
 * this domain what its events say.
 */
async function sendsEvents(db: Database, workspaceId: string): Promise<boolean> {
  return (await db.query.webhooks.findFirst({ columns: { id: true }, where: eq(webhooks.workspaceId, workspaceId) })) !== undefined;
}
