import { and, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { auditLog } from "../db/schema/index.ts";
import { actorIdOf, findActors } from "./known-actors.ts";
import type { LogEntry, LogFilters } from "./schemas.ts";
import { sealedColumns } from "./stored-entry.ts";
import { toEntry } from "./to-entry.ts";

/** Entries that one read looks at when it filters: a filter that little fits does not make one call read years of a log. */
const entriesPerLook = 10_000;

/** Whose log, where it is kept, and where people are. */
export interface LogPlace {
  readonly db: Database;
  readonly directory: Database;
  readonly workspaceId: string;
}

interface Range {
  /** Only what is older than this entry; undefined from the newest on. */
  readonly before: number | undefined;
  readonly limit: number;
}

interface Read {
  readonly entries: LogEntry[];
  /** Where to go on; undefined when there is nothing older. */
  readonly next: number | undefined;
}

/** The next entries of a log that fit the filters, newest first: `limit` at most, and perhaps fewer although there are older ones. */
export async function readLog(place: LogPlace, { targetId, actorId, ...filters }: LogFilters, { before, limit }: Range): Promise<Read> {
  const { db, workspaceId } = place;
  const conditions = conditionsOf({ ...filters, actorId: actorId === undefined ? undefined : await actorIdOf(place, actorId) });
  // Entries of the workspace, or of one target, which an index leads to.
  const look = db
    .select({ seq: auditLog.seq })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.workspaceId, workspaceId),
        targetId === undefined ? undefined : eq(auditLog.targetId, targetId),
        before === undefined ? undefined : lt(auditLog.seq, before),
      ),
    )
    .orderBy(desc(auditLog.seq))
    .limit(conditions.length === 0 ? limit + 1 : entriesPerLook);
  const rows = await db
    .select(sealedColumns)
    .from(auditLog)
    .where(and(inArray(auditLog.seq, look), ...conditions))
    .orderBy(desc(auditLog.seq))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  const actors = await findActors(place, page);
  const entries = page.map((row) => toEntry(row, actors));
  if (rows.length > limit) return { entries, next: page.at(-1)?.seq };
  return { entries, next: conditions.length === 0 ? undefined : await endOf(db, look, filters.from) };
}

function conditionsOf({ action, userId, actorId, from, to }: Omit<LogFilters, "targetId">): SQL[] {
  return [
    ...(action === undefined ? [] : [eq(auditLog.action, action)]),
    ...(userId === undefined ? [] : [eq(auditLog.userId, userId)]),
    ...(actorId === undefined ? [] : [eq(auditLog.actorId, actorId)]),
    ...(from === undefined ? [] : [gte(auditLog.at, from)]),
    ...(to === undefined ? [] : [lt(auditLog.at, to)]),
  ];
}

/** Where a look ended that saw as many entries as it may; undefined when it came to the oldest entry, or past the time that was asked for. */
async function endOf(db: Database, look: { getSQL(): SQL }, from = 0): Promise<number | undefined> {
  const seen = db.select({ seq: auditLog.seq, at: auditLog.at }).from(auditLog).where(sql`${auditLog.seq} in ${look}`).as("seen");
  const [end] = await db.select({ count: sql<number>`count(*)`, oldest: sql<number>`min(${seen.seq})`, newestAt: sql<number>`max(${seen.at})` }).from(seen);
  return end === undefined || end.count < entriesPerLook || end.newestAt < from ? undefined : end.oldest;
}
