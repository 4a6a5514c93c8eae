import { and, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";

/** Audits of a workspace that are not over, beyond which schedules start none there: what a person asks for has limits of its own, a time that comes has none. */
export const mostUnfinished = 100;

/** Literal as in the index `audits_unfinished`: SQLite does not use a partial index for values that are bound later. */
export const isUnfinished = sql`${audits.status} in ('queued', 'running')`;

/** The audits of a workspace that are queued or running. Second looks are none of anybody's. */
const unfinishedOf = (workspaceId: string): SQL | undefined =>
  // The plus keeps SQLite from the index of the workspace, which has all of its audits.
  and(isUnfinished, sql`+${audits.workspaceId} = ${workspaceId}`, isNull(audits.confirmsId), isNull(audits.deletedAt));

interface Unfinished {
  readonly count: number;
  /** Whether one of them is of the address that was asked about. */
  readonly hasAddress: boolean;
}

/** What is under way in a workspace, and whether that address is. */
export async function readUnfinished(db: Database, workspaceId: string, url: string): Promise<Unfinished> {
  const [found] = await db
    .select({ count: sql<number>`count(*)`, ofAddress: sql<number>`total(${audits.url} = ${url})` })
    .from(audits)
    .where(unfinishedOf(workspaceId));
  return { count: found?.count ?? 0, hasAddress: (found?.ofAddress ?? 0) > 0 };
}

/** Holds when no schedule may start one more audit in that workspace. */
export const isCrowded = (db: Database, workspaceId: string): SQL => sql`${db.$count(audits, unfinishedOf(workspaceId))} >= ${mostUnfinished}`;

/** Holds when no schedule may start one more audit in that workspace, or one of this address is under way there. */
export const isCrowdedOrUnderWay = (db: Database, workspaceId: string, url: string): SQL => {
  const counts = db
    .select({ refused: sql`count(*) >= ${mostUnfinished} or total(${audits.url} = ${url}) > 0` })
    .from(audits)
    .where(unfinishedOf(workspaceId));
  return sql`(${counts})`;
};
