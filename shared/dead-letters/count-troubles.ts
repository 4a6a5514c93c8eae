import { and, count, desc, eq, gt, lte, min } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { jobs, parkedMessages } from "../db/schema/index.ts";

/** After `since` and until `until`, both ms since 1970. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** What went wrong for good and still waits for somebody: numbers alone, of no message what it says. */
export interface Troubles {
  readonly parked: readonly { readonly queue: string; readonly errorCode: string; readonly count: number }[];
  readonly failedJobs: readonly { readonly type: string; readonly count: number }[];
  /** Since when the oldest of them waits, ms since 1970; null when there is none. */
  readonly oldestAt: number | null;
}

/** More kinds than these would fill a page, and whoever looks sees the others. */
const mostKinds = 20;

export async function countTroubles(db: Database, { since, until }: Span): Promise<Troubles> {
  const { queue, errorCode, parkedAt } = parkedMessages;
  const parked = await db
    .select({ queue, errorCode, count: count(), oldestAt: min(parkedAt) })
    .from(parkedMessages)
    .where(and(gt(parkedAt, since), lte(parkedAt, until)))
    .groupBy(queue, errorCode)
    .orderBy(desc(count()), queue, errorCode)
    .limit(mostKinds);
  const failed = await db
    .select({ type: jobs.type, count: count(), oldestAt: min(jobs.updatedAt) })
    .from(jobs)
    .where(and(eq(jobs.state, "failed"), gt(jobs.updatedAt, since), lte(jobs.updatedAt, until)))
    .groupBy(jobs.type)
    .orderBy(desc(count()), jobs.type)
    .limit(mostKinds);
  const times = [...parked, ...failed].flatMap(({ oldestAt }) => (oldestAt === null ? [] : [oldestAt]));
  return {
    parked: parked.map((kind) => ({ queue: kind.queue, errorCode: kind.errorCode, count: kind.count })),
    failedJobs: failed.map((kind) => ({ type: kind.type, count: kind.count })),
    oldestAt: times.length === 0 ? null : Math.min(...times),
  };
}

export const isTrouble = ({ oldestAt }: Troubles): boolean => oldestAt !== null;
