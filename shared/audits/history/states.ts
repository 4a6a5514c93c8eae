import { and, eq, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { findings } from "../../db/schema/index.ts";
import type { Context } from "../../platform/index.ts";
import { findMuted, hasMuted, isMuted, type Muted } from "../mutes/live-mutes.ts";
import { findAudit } from "../queries.ts";
import type { FindingState } from "../schemas.ts";
import { findBase } from "./base.ts";

/** What the findings of an audit are held against. */
export interface Against {
  /** Null where there is no audit before. */
  readonly baseId: string | null;
  readonly muted: Muted;
}

/** What the findings of an audit are held against when nobody says otherwise. */
export async function findAgainst(ctx: Pick<Context, "db" | "workspaceId" | "now">, auditId: string): Promise<Against> {
  const audit = await findAudit(ctx, auditId);
  const [base, muted] = await Promise.all([findBase(ctx, audit), findMuted(ctx, audit.url)]);
  return { baseId: base?.id ?? null, muted };
}

const other = alias(findings, "other");

/** Holds for findings that an audit has as well. SQLite reads that one's findings once for the whole query, however many are asked about. */
export function isFoundIn({ db, workspaceId }: { readonly db: Database; readonly workspaceId: string }, auditId: string): SQL {
  const known = db
    .select({ fingerprint: other.fingerprint })
    .from(other)
    .where(and(eq(other.auditId, auditId), eq(other.workspaceId, workspaceId)));
  return sql`${findings.fingerprint} in ${known}`;
}

type Known = Pick<typeof findings.$inferSelect, "ruleId" | "fingerprint">;

/**
 * Findings of an audit, each with its state. The audit before is searched for these alone, and only until all are found: for a page of a long list that is far
 * less than to collect what it has, which `stateOf` does.
 */
export async function withStates<Row extends Known>(
  ctx: Pick<Context, "db" | "workspaceId">,
  { baseId, muted }: Against,
  rows: readonly Row[],
): Promise<(Row & { readonly state: FindingState })[]> {
  const heard = rows.filter((row) => !hasMuted(muted, row)).map(({ fingerprint }) => fingerprint);
  const open = baseId === null || heard.length === 0 ? new Set() : await findKnown(ctx, baseId, [...new Set(heard)]);
  return rows.map((row) => ({ ...row, state: hasMuted(muted, row) ? "muted" : open.has(row.fingerprint) ? "open" : "new" }));
}

/** Those of the fingerprints that an audit has. */
async function findKnown({ db, workspaceId }: Pick<Context, "db" | "workspaceId">, auditId: string, fingerprints: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectDistinct({ fingerprint: findings.fingerprint })
    .from(findings)
    .where(and(eq(findings.auditId, auditId), eq(findings.workspaceId, workspaceId), isOneOf(findings.fingerprint, fingerprints)))
    .limit(fingerprints.length);
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

/** The state of a finding of an audit, for queries that choose or count by it: what is muted is that above all. */
export function stateOf(ctx: Pick<Context, "db" | "workspaceId">, { baseId, muted }: Against): SQL<FindingState> {
  const isOpen = baseId === null ? sql`0` : isFoundIn(ctx, baseId);
  return sql<FindingState>`case when ${isMuted(muted)} then 'muted' when ${isOpen} then 'open' else 'new' end`;
}
