import { and, desc, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { type Before, lastChecked } from "./compare-tallies.ts";
import type { VersionedTally } from "./regression/suspect.ts";
import { readTallies } from "./score.ts";

/** An audit, and whose it is. */
export interface AuditOfWorkspace {
  readonly workspaceId: string;
  readonly auditId: string;
}

/** What an audit is compared with, with the versions of the rules that judged. */
export interface AuditBefore extends Before {
  readonly id: string;
  readonly tallies: Readonly<Record<string, VersionedTally>>;
}

const self = alias(audits, "self");

/** Which of the audits before are meant: those with the same options alone, or all of the same address. */
type Among = "same options" | "any options";

/**
 * Holds for the completed audits of the same address that ended before this one, which itself need not have ended.
 * The status is literal, as in the index `audits_site`: SQLite does not use a partial index for values that are bound later.
 */
const endedBefore = ({ workspaceId, auditId }: AuditOfWorkspace, among: Among): SQL | undefined =>
  and(
    eq(self.id, auditId),
    eq(self.workspaceId, workspaceId),
    eq(audits.workspaceId, workspaceId),
    eq(audits.url, self.url),
    sql`${audits.status} = 'completed'`,
    among === "same options" ? eq(audits.options, self.options) : undefined,
    isNull(audits.deletedAt),
    ne(audits.id, self.id),
    or(isNull(self.finishedAt), sql`(${audits.finishedAt}, ${audits.id}) < (${self.finishedAt}, ${self.id})`),
  );

const newestFirst = [desc(audits.finishedAt), desc(audits.id)];

/** A rule that so many audits in a row did not check is one that was never checked. */
const mostCompared = 20;

/**
 * What an audit is compared with: the last one before it with the same options; where there is none, the last one with any. It comes with what it and those
 * before it say, since an audit that did not check a rule says nothing of it. Null for the first audit of an address.
 */
export async function findAuditBefore(db: Database, of: AuditOfWorkspace): Promise<AuditBefore | null> {
  return (await findLast(db, of, "same options")) ?? (await findLast(db, of, "any options"));
}

async function findLast(db: Database, of: AuditOfWorkspace, among: Among): Promise<AuditBefore | null> {
  const rows = await db
    .select({ id: audits.id, tallies: audits.tallies })
    .from(audits)
    .innerJoin(self, endedBefore(of, among))
    .orderBy(...newestFirst)
    .limit(mostCompared);
  const [last] = rows;
  if (last === undefined) return null;
  return { id: last.id, tallies: lastChecked(rows.map(({ tallies }) => readTallies(tallies))), hasSameOptions: among === "same options" };
}

/** Holds when `findAuditBefore` finds another one (by now) than that of this id. */
export function isNotBefore(db: Database, of: AuditOfWorkspace, id: string | null): SQL {
  const last = (among: Among) =>
    db
      .select({ id: audits.id })
      .from(audits)
      .innerJoin(self, endedBefore(of, among))
      .orderBy(...newestFirst)
      .limit(1);
  return sql`coalesce((${last("same options")}), (${last("any options")})) is not ${id}`;
}

/**
 * What audits before this one say of a rule, the newest hundred at most, newest first: those with the same options; where there are none, those with any,
 * as `findAuditBefore` has it.
 */
export async function findPast(db: Database, of: AuditOfWorkspace, ruleId: string) {
  const same = await listPast(db, of, { ruleId, among: "same options" });
  return same.length > 0 ? same : listPast(db, of, { ruleId, among: "any options" });
}

async function listPast(db: Database, of: AuditOfWorkspace, { ruleId, among }: { readonly ruleId: string; readonly among: Among }) {
  const told = (name: "checked" | "failing") => sql<number | null>`${audits.tallies} -> ${ruleId} ->> ${name}`;
  const rows = await db
    .select({ id: audits.id, finishedAt: audits.finishedAt, createdAt: audits.createdAt, checked: told("checked"), failing: told("failing") })
    .from(audits)
    .innerJoin(self, endedBefore(of, among))
    .orderBy(...newestFirst)
    .limit(100);
  return rows.map(({ finishedAt, createdAt, ...row }) => ({ ...row, at: finishedAt ?? createdAt }));
}
