import { and, count, eq, inArray, not, sql } from "drizzle-orm";
import { auditPages, type audits, findings } from "../../db/schema/index.ts";
import { AppError, type Context, requirePermission } from "../../platform/index.ts";
import { findMuted, isMuted } from "../mutes/live-mutes.ts";
import { findAudit } from "../queries.ts";
import { type FindingState, hasEnded } from "../schemas.ts";
import { readTallies } from "../score.ts";
import { findBase, requireBase } from "./base.ts";
import { compareScores } from "./compare-scores.ts";
import { isFixed, pathOf } from "./gone.ts";
import type { AuditDiff, DiffQuery, DiffState, StateCounts } from "./schemas.ts";
import { isFoundIn } from "./states.ts";

type AuditRow = typeof audits.$inferSelect;

/** Two audits of a site that are held against each other. */
export interface Pair {
  readonly audit: AuditRow;
  /** Null when there is nothing to compare with. */
  readonly base: AuditRow | null;
}

/**
 * An audit, and what it is compared with.
 * @throws AppError `not_found`; `conflict` for one that is not completed; what `requireBase` throws
 */
export async function findPair(ctx: Context, auditId: string, baseId: string | undefined): Promise<Pair> {
  const audit = await findAudit(ctx, auditId);
  if (!hasEnded(audit.status)) throw new AppError("conflict", "This audit has not ended yet; compare it when it has.");
  if (audit.status !== "completed") throw new AppError("conflict", "This audit did not complete, so what it did not find may still be there.");
  return { audit, base: baseId === undefined ? await findBase(ctx, audit) : await requireBase(ctx, audit, baseId) };
}

/**
 * What changed from one audit of a site to another: scores, and how many findings are new, open, fixed, not looked at again and muted. The database counts;
 * no finding is read for it.
 */
export async function getDiff(ctx: Context, auditId: string, { base: asked }: DiffQuery): Promise<AuditDiff> {
  requirePermission(ctx, "audits:read");
  const { audit, base } = await findPair(ctx, auditId, asked);
  const [present, gone, pages] = await Promise.all([
    countPresent(ctx, { audit, base }),
    base === null ? [] : countGone(ctx, audit, base),
    base === null || audit.factsPurgedAt !== null || base.factsPurgedAt !== null ? null : comparePages(ctx, audit, base),
  ]);
  const rules = byRule([...present, ...gone]);
  return {
    auditId: audit.id,
    finishedAt: audit.finishedAt,
    baseId: base?.id ?? null,
    baseFinishedAt: base?.finishedAt ?? null,
    scores: base === null ? null : compareScores(readTallies(audit.tallies), readTallies(base.tallies)),
    pages,
    counts: rules.reduce<StateCounts>(added, nothing),
    rules: rules.toSorted(byNews),
  };
}

interface Counted {
  readonly ruleId: string;
  readonly state: DiffState;
  readonly n: number;
}

/** What an audit has, by rule and state: both audits are read once and sorted by fingerprint, which takes a third of the time of looking each one up. */
async function countPresent(ctx: Pick<Context, "db" | "workspaceId" | "now">, { audit, base }: Pair): Promise<Counted[]> {
  const muted = await findMuted(ctx, audit.url);
  const isOpen = sql`max(${findings.auditId} <> ${audit.id})`;
  const known = ctx.db
    .select({
      ruleId: findings.ruleId,
      state: sql<FindingState>`case when ${isMuted(muted)} then 'muted' when ${isOpen} then 'open' else 'new' end`.as("state"),
      present: sql<number>`sum(${findings.auditId} = ${audit.id})`.as("present"),
    })
    .from(findings)
    .where(and(inArray(findings.auditId, base === null ? [audit.id] : [audit.id, base.id]), eq(findings.workspaceId, ctx.workspaceId)))
    .groupBy(findings.fingerprint, findings.ruleId)
    .as("known");
  return ctx.db
    .select({ ruleId: known.ruleId, state: known.state, n: sql<number>`sum(${known.present})` })
    .from(known)
    .where(sql`${known.present} > 0`)
    .groupBy(known.ruleId, sql`${known.state}`);
}

/** What only the audit before has, by rule and by whether somebody looked again. */
async function countGone(ctx: Pick<Context, "db" | "workspaceId">, audit: AuditRow, base: AuditRow): Promise<Counted[]> {
  return ctx.db
    .select({ ruleId: findings.ruleId, state: goneState(ctx, audit, base).as("state"), n: count() })
    .from(findings)
    .where(isGone(ctx, audit, base))
    .groupBy(findings.ruleId, sql`state`);
}

/** Holds for findings of the audit before that the audit does not have. */
export const isGone = (ctx: Pick<Context, "db" | "workspaceId">, audit: AuditRow, base: AuditRow) =>
  and(eq(findings.auditId, base.id), eq(findings.workspaceId, ctx.workspaceId), not(isFoundIn(ctx, audit.id)));

/** The state of such a finding. */
export const goneState = (ctx: Pick<Context, "db" | "workspaceId">, audit: AuditRow, base: AuditRow) =>
  sql<DiffState>`iif(${isFixed(ctx, audit, base)}, 'fixed', 'not-rechecked')`;

/** How far two audits looked at the same pages. */
async function comparePages({ db, workspaceId }: Pick<Context, "db" | "workspaceId">, audit: AuditRow, base: AuditRow): Promise<AuditDiff["pages"]> {
  const seen = (auditId: string) => sql`select ${pathOf(auditPages.url)} from ${auditPages}
    where ${auditPages.auditId} = ${auditId} and ${auditPages.workspaceId} = ${workspaceId} and ${auditPages.outcome} <> 'failed'`;
  const counted = (which: ReturnType<typeof sql>) => sql<number>`(select count(*) from (${which}))`;
  const [found] = await db
    .select({
      now: counted(sql`select distinct * from (${seen(audit.id)})`),
      before: counted(sql`select distinct * from (${seen(base.id)})`),
      both: counted(sql`${seen(audit.id)} intersect ${seen(base.id)}`),
    })
    .from(sql`(select 1)`);
  const { now, before, both } = found ?? { now: 0, before: 0, both: 0 };
  return { now, before, both, share: now === 0 || before === 0 ? null : Math.round((100 * both) / (now + before - both)) };
}

const nothing: StateCounts = { new: 0, open: 0, fixed: 0, notRechecked: 0, muted: 0 };
const names = { new: "new", open: "open", muted: "muted", fixed: "fixed", "not-rechecked": "notRechecked" } as const satisfies Record<
  DiffState,
  keyof StateCounts
>;

function byRule(counted: readonly Counted[]): AuditDiff["rules"] {
  const groups = Map.groupBy(counted, ({ ruleId }) => ruleId);
  return [...groups].map(([ruleId, some]) => ({ ruleId, ...nothing, ...Object.fromEntries(some.map(({ state, n }) => [names[state], n])) }));
}

function added(sum: StateCounts, counts: StateCounts): StateCounts {
  return {
    new: sum.new + counts.new,
    open: sum.open + counts.open,
    fixed: sum.fixed + counts.fixed,
    notRechecked: sum.notRechecked + counts.notRechecked,
    muted: sum.muted + counts.muted,
  };
}

type RuleCounts = AuditDiff["rules"][number];
const byNews = (a: RuleCounts, b: RuleCounts): number => b.new - a.new || b.fixed - a.fixed || b.open - a.open || (a.ruleId < b.ruleId ? -1 : 1);
