import { and, eq, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database } from "../../db/client.ts";
import { findings } from "../../db/schema/index.ts";
import type { Context } from "../../platform/index.ts";
import { findMuted, isMuted, type Muted } from "../mutes/live-mutes.ts";
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

/** The state of a finding of an audit: what is muted is that above all. */
export function stateOf(ctx: Pick<Context, "db" | "workspaceId">, { baseId, muted }: Against): SQL<FindingState> {
  const isOpen = baseId === null ? sql`0` : isFoundIn(ctx, baseId);
  return sql<FindingState>`case when ${isMuted(muted)} then 'muted' when ${isOpen} then 'open' else 'new' end`;
}
