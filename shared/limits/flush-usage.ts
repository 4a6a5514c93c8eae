import { and, eq, gt, notExists, sql } from "drizzle-orm";
import { type Refusal, recordRefusals } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { members, usage } from "../db/schema/index.ts";
import { commit, derivedId, kindOf, recordEventWhere, type Statement, sha256 } from "../platform/index.ts";
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
    const here = counts.filter(isHere);
    const reached = await Promise.all(here.filter(({ limited }) => limited > 0).map(async (count) => ({ ...count, eventId: await limitReachedId(count) })));
    await commit(db, [
      // Before the rows that say whether it is the first time.
      ...reached.map((count) => recordLimitReached(db, count, ctx.now())),
      ...here.map((count) => upsert(db, count, ctx.now())),
      ...recordRefusals(db, refusals.filter(isHere).map(toRefusal)),
    ]);
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

/** From whose day it is: the event is recorded once, however often that is told. */
const limitReachedId = async ({ workspaceId, principalId, day }: DayCount): Promise<string> =>
  derivedId("event", await sha256(`limit.reached\n${workspaceId}\n${principalId}\n${day}`));

/** Records that a limit refused something of a caller, where it is the first time on that day. The sweep takes the event to its handler. */
function recordLimitReached(db: Database, { workspaceId, principalId, day, eventId }: DayCount & { readonly eventId: string }, now: number): Statement {
  const known = db
    .select({ one: sql`1` })
    .from(usage)
    .where(and(eq(usage.workspaceId, workspaceId), eq(usage.day, day), eq(usage.principalId, principalId), gt(usage.limited, 0)));
  return recordEventWhere({ db, workspaceId, now: () => now, eventId }, "limit.reached", { principalId, day }, notExists(known));
}

/** A person is counted as one, whichever of their sessions was refused. */
function toRefusal({ principalId, ...refusal }: RefusalCount): Refusal {
  return kindOf(principalId) === "key" ? { ...refusal, actorKind: "key", actorId: principalId } : { ...refusal, actorKind: "session", actorId: null };
}
