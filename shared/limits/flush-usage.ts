import { sql } from "drizzle-orm";
import { type Refusal, recordRefusals } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { members, usage } from "../db/schema/index.ts";
import { commit, kindOf, type Statement } from "../platform/index.ts";
import type { DayCount } from "./day-counts.ts";
import type { RefusalCount } from "./refusal-counts.ts";
import type { Flush } from "./usage-meter.ts";

export interface FlushContext {
  readonly directory: Database;
  /** The database that holds a workspace's rows. */
  readonly database: (workspaceId: string) => Database;
  readonly now: () => number;
}

/**
 * Writes what an object counted. Writing the same again changes nothing, and older numbers never lower newer ones. What was counted in a
 * workspace that is being deleted, which nobody is a member of any more, is let go.
 * @throws AppError `unavailable` when a database did not answer; then some of it may be written.
 */
export async function flushUsage(ctx: FlushContext, { counts, refusals }: Flush): Promise<void> {
  const asked = [...new Set([...counts, ...refusals].map(({ workspaceId }) => workspaceId))];
  for (const workspaceId of await peopled(ctx.directory, asked)) {
    const db = ctx.database(workspaceId);
    const isHere = (of: { readonly workspaceId: string }): boolean => of.workspaceId === workspaceId;
    await commit(db, [...counts.filter(isHere).map((count) => upsert(db, count, ctx.now())), ...recordRefusals(db, refusals.filter(isHere).map(toRefusal))]);
  }
}

async function peopled(directory: Database, workspaceIds: readonly string[]): Promise<string[]> {
  const rows = await directory.selectDistinct({ workspaceId: members.workspaceId }).from(members).where(isOneOf(members.workspaceId, workspaceIds));
  return rows.map(({ workspaceId }) => workspaceId);
}

const numbers = ["requests", "errors", "limited", "audits"] as const;

function upsert(db: Database, count: DayCount, updatedAt: number): Statement {
  const given = (name: (typeof numbers)[number]) => sql`excluded.${sql.identifier(name)}`;
  return db
    .insert(usage)
    .values({ ...count, updatedAt })
    .onConflictDoUpdate({
      target: [usage.workspaceId, usage.day, usage.principalId],
      set: {
        requests: sql`max(${usage.requests}, ${given("requests")})`,
        errors: sql`max(${usage.errors}, ${given("errors")})`,
        limited: sql`max(${usage.limited}, ${given("limited")})`,
        audits: sql`max(${usage.audits}, ${given("audits")})`,
        updatedAt,
      },
      // A day that is told again as it was costs no write.
      setWhere: sql.join(
        numbers.map((name) => sql`${given(name)} > ${usage[name]}`),
        sql` or `,
      ),
    });
}

/** A person is counted as one, whichever of their sessions was refused. */
function toRefusal({ principalId, ...refusal }: RefusalCount): Refusal {
  return kindOf(principalId) === "key" ? { ...refusal, actorKind: "key", actorId: principalId } : { ...refusal, actorKind: "session", actorId: null };
}
