import { and, asc, isNull, sql } from "drizzle-orm";
import { bySystem } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { AppError, type Clock, type Log } from "../platform/index.ts";
import { type Canceller, endUnfinished } from "./cancel-audit.ts";
import type { Crawls } from "./crawls.ts";
import { dropConfirmation } from "./regression/confirmation.ts";
import { isUnfinished } from "./unfinished.ts";

const auditsPerRead = 50;

type Unfinished = Pick<typeof audits.$inferSelect, "id" | "status" | "confirmsId">;

interface HaltDeps {
  readonly db: Database;
  readonly crawls: Crawls;
  readonly now: Clock;
  readonly log: Log;
  /** Ids of recorded events, to be sent. */
  readonly outbox: string[];
}

/**
 * Cancels whatever audits of a workspace are queued or running, keeping what they found, until there is none; in the audit log it is Mentha itself that
 * does it. Those that end meanwhile are left as they ended. Returns how many were cancelled.
 */
export async function haltAudits(deps: HaltDeps, workspaceId: string): Promise<number> {
  const who = { ...deps, ...bySystem, workspaceId };
  let cancelled = 0;
  for (let last = ""; ; ) {
    const some = await findUnfinished(deps.db, workspaceId, last);
    for (const audit of some) if (await isCancelled(end(who, deps.crawls, audit))) cancelled += 1;
    last = some.at(-1)?.id ?? last;
    if (some.length < auditsPerRead) return cancelled;
  }
}

/** A second look at another audit is given up without a word. */
const end = (who: Canceller, crawls: Crawls, { confirmsId, ...audit }: Unfinished): Promise<void> =>
  confirmsId === null ? endUnfinished(who, crawls, audit) : dropConfirmation(who, audit.id);

function findUnfinished(db: Database, workspaceId: string, last: string) {
  return (
    db
      .select({ id: audits.id, status: audits.status, confirmsId: audits.confirmsId })
      .from(audits)
      // The plus keeps SQLite from the index of the workspace, which has all of its audits.
      .where(and(isUnfinished, sql`+${audits.workspaceId} = ${workspaceId}`, isNull(audits.deletedAt), sql`${audits.id} > ${last}`))
      .orderBy(asc(audits.id))
      .limit(auditsPerRead)
  );
}

async function isCancelled(ending: Promise<void>): Promise<boolean> {
  try {
    await ending;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return false;
    throw error;
  }
}
