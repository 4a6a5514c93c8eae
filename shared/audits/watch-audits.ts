import { and, eq, lt, or, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { errorFields, hourMs, type Log, minuteMs } from "../platform/index.ts";
import { failAudit } from "./crawl/project.ts";
import { gone } from "./crawl/task-report.ts";
import type { Crawls } from "./crawls.ts";
import { failConfirmation } from "./regression/confirmation.ts";

/** A crawl shows a sign of life every 30 s; after four silent ones it is woken. */
const silentMs = 2 * minuteMs;
/** A crawl that is woken every minute for so long, and shows no sign of life, never will. */
const stuckMs = hourMs;
/** Far longer than every retry of the event that starts a crawl: one that has not begun by then never will. */
const unstartedMs = hourMs;
const auditsPerTick = 50;

interface WatchDeps {
  readonly db: Database;
  readonly crawls: Crawls;
  readonly now: () => number;
  /** Sends the events recorded for a workspace. */
  readonly announce: (workspaceId: string, eventIds: string[]) => Promise<void>;
  readonly log: Log;
}

/**
 * The watchdog of audits under way, so that none stays so for ever: wakes the silent ones, and fails those whose crawl no longer exists,
 * never began, or cannot be woken. Each is settled by itself: one that throws does not keep the others from their turn. Returns how many there were.
 */
export async function watchAudits(deps: WatchDeps): Promise<number> {
  const overdue = await findOverdue(deps);
  for (const audit of overdue) {
    try {
      await settle(deps, audit);
    } catch (cause) {
      deps.log.error("audit could not be watched", { auditId: audit.id, workspaceId: audit.workspaceId, ...errorFields(cause) });
    }
  }
  return overdue.length;
}

/** Literal as in the index `audits_unfinished`: SQLite does not use a partial index for values that are bound later. */
const isUnfinished = sql`${audits.status} in ('queued', 'running')`;

type Overdue = Pick<typeof audits.$inferSelect, "id" | "workspaceId" | "status" | "heartbeatAt" | "wokenAt" | "confirmsId">;

async function findOverdue({ db, now }: WatchDeps): Promise<Overdue[]> {
  const isSilent = and(eq(audits.status, "running"), lt(audits.heartbeatAt, now() - silentMs));
  const isUnstarted = and(eq(audits.status, "queued"), lt(audits.createdAt, now() - unstartedMs));
  return db
    .select({
      id: audits.id,
      workspaceId: audits.workspaceId,
      status: audits.status,
      heartbeatAt: audits.heartbeatAt,
      wokenAt: audits.wokenAt,
      confirmsId: audits.confirmsId,
    })
    .from(audits)
    .where(and(isUnfinished, or(isSilent, isUnstarted)))
    .orderBy(audits.heartbeatAt)
    .limit(auditsPerTick);
}

const notStarted = { code: "crawl_not_started", message: "The crawl of this audit did not start within an hour. Start the audit again." };
const lost = { code: "crawl_lost", message: "The crawl of this audit was lost. Start the audit again." };
const stuck = { code: "crawl_stuck", message: "The crawl of this audit made no progress for an hour because of a fault on our side. Start the audit again." };

async function settle(deps: WatchDeps, audit: Overdue): Promise<void> {
  if (audit.status === "queued") return await fail(deps, audit, notStarted);
  if (await isPastWaking(deps, audit)) {
    await fail(deps, audit, stuck);
    // Its alarm may still ring, and stop its object each time.
    return await deps.crawls.clear(audit.id);
  }
  if ((await deps.crawls.resume(audit.id)) === gone) await fail(deps, audit, lost);
}

/**
 * Whether a silent crawl was woken for long enough in vain. Its silence alone says little: nothing shows a sign of life while the
 * whole installation stands still, and everything goes on from where it was when that is over.
 */
async function isPastWaking({ db, now }: WatchDeps, { id, workspaceId, heartbeatAt, wokenAt }: Overdue): Promise<boolean> {
  if (wokenAt !== null && wokenAt >= (heartbeatAt ?? 0)) return wokenAt < now() - stuckMs;
  await db
    .update(audits)
    .set({ wokenAt: now() })
    .where(and(eq(audits.id, id), eq(audits.workspaceId, workspaceId), eq(audits.status, "running")));
  return false;
}

async function fail({ db, now, announce }: WatchDeps, { id: auditId, workspaceId, confirmsId }: Overdue, failure: typeof lost): Promise<void> {
  const outbox: string[] = [];
  await (confirmsId === null ? failAudit : failConfirmation)({ db, auditId, workspaceId, now, outbox }, failure);
  await announce(workspaceId, outbox);
}
