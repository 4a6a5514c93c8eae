import { and, eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { audits, webhooks } from "../db/schema/index.ts";
import { type Context, recordEvent, refuseWhere, type Statement } from "../platform/index.ts";
import { type AuditOfWorkspace, findAuditBefore, isNotBefore } from "./audits-before.ts";
import { compareTallies } from "./compare-tallies.ts";
import { rules } from "./rules/catalogue.ts";
import type { Tally } from "./score.ts";

type Recorder = Pick<Context, "db" | "workspaceId" | "now" | "outbox"> & AuditOfWorkspace;

/**
 * The statements that record what findings an audit opened and which it fixed, against the audit before; they belong in the batch that completes it,
 * before its end is written there. They let it fail where another audit of the same address ended meanwhile, and is the one before now. Of a workspace that
 * sends its events nowhere nothing is recorded: a new site has a finding by nearly every rule, and nobody would hear of them.
 */
export async function recordFindings(ctx: Recorder, tallies: Readonly<Record<string, Tally>>): Promise<Statement[]> {
  const { db, auditId, workspaceId } = ctx;
  if (!(await sendsEvents(db, workspaceId))) return [];
  const before = await findAuditBefore(db, ctx);
  const { opened, fixed } = compareTallies(before, tallies, rules);
  const [audit] = await db
    .select({ url: audits.url })
    .from(audits)
    .where(and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId)));
  if (audit === undefined) return [];
  const { origin } = new URL(audit.url);
  return [
    refuseWhere(db, isNotBefore(db, ctx, before?.id ?? null)),
    ...opened.map((ruleId) => recordEvent(ctx, "finding.opened", { auditId, ruleId, origin })),
    ...fixed.map((ruleId) => recordEvent(ctx, "finding.fixed", { auditId, ruleId, origin })),
  ];
}

/**
 * To endpoints that are disabled too: they may be enabled before this is handled. The table is read here since `shared/webhooks` cannot be asked: it asks
 * this domain what its events say.
 */
async function sendsEvents(db: Database, workspaceId: string): Promise<boolean> {
  return (await db.query.webhooks.findFirst({ columns: { id: true }, where: eq(webhooks.workspaceId, workspaceId) })) !== undefined;
}
