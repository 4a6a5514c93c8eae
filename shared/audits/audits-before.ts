import { and, desc, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { lastChecked } from "./compare-tallies.ts";

/** An audit, and whose it is. */
export interface AuditOfWorkspace {
  readonly workspaceId: string;
  readonly auditId: string;
}

const StoredTallies = z.record(z.string(), z.object({ checked: z.number(), failing: z.number() })).nullable();
export const readTallies = (stored: unknown) => StoredTallies.parse(stored) ?? {};

const self = alias(audits, "self");

/**
 * Holds for the completed audits of the same address with the same options that ended before this one, which itself need not have ended.
 * The status is literal, as in the index `audits_site`: SQLite does not use a partial index for values that are bound later.
 */
const endedBefore = ({ workspaceId, auditId }: AuditOfWorkspace): SQL | undefined =>
  and(
    eq(self.id, auditId),
    eq(self.workspaceId, workspaceId),
    eq(audits.workspaceId, workspaceId),
    eq(audits.url, self.url),
    sql`${audits.status} = 'completed'`,
    eq(audits.options, self.options),
    isNull(audits.deletedAt),
    ne(audits.id, self.id),
    or(isNull(self.finishedAt), sql`(${audits.finishedAt}, ${audits.id}) < (${self.finishedAt}, ${self.id})`),
  );

const newestFirst = [desc(audits.finishedAt), desc(audits.id)];

/** A rule that so many audits in a row did not check is one that was never checked. */
const mostCompared = 20;

/**
 * The last audit before this one, with what it and those before it say, with which this one is compared: an audit that did not check a rule says nothing of
 * it. Null when it is the first.
 */
export async function findAuditBefore(db: Database, of: AuditOfWorkspace) {
  const rows = await db
    .select({ id: audits.id, tallies: audits.tallies })
    .from(audits)
    .innerJoin(self, endedBefore(of))
    .orderBy(...newestFirst)
    .limit(mostCompared);
  const [last] = rows;
  return last === undefined ? null : { id: last.id, tallies: lastChecked(rows.map(({ tallies }) => readTallies(tallies))) };
}

/** Holds when the last audit before this one is not (any more) the one of this id. */
export function isNotBefore(db: Database, of: AuditOfWorkspace, id: string | null): SQL {
  const last = db
    .select({ id: audits.id })
    .from(audits)
    .innerJoin(self, endedBefore(of))
    .orderBy(...newestFirst)
    .limit(1);
  return sql`(${last}) is not ${id}`;
}

/** What audits before this one say of a rule, the newest hundred at most, newest first. */
export async function findPast(db: Database, of: AuditOfWorkspace, ruleId: string) {
  const told = (name: "checked" | "failing") => sql<number | null>`${audits.tallies} -> ${ruleId} ->> ${name}`;
  const rows = await db
    .select({ id: audits.id, finishedAt: audits.finishedAt, createdAt: audits.createdAt, checked: told("checked"), failing: told("failing") })
    .from(audits)
    .innerJoin(self, endedBefore(of))
    .orderBy(...newestFirst)
    .limit(100);
  return rows.map(({ finishedAt, createdAt, ...row }) => ({ ...row, at: finishedAt ?? createdAt }));
}
