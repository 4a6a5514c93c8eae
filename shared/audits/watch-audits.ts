import { and, eq, lt } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { minuteMs } from "../platform/index.ts";
import { gone } from "./crawl/messages.ts";
import { failAudit } from "./crawl/project.ts";
import type { Crawls } from "./crawls.ts";

/** A crawl shows a sign of life every 30 s; after four silent ones it is woken. */
const silentMs = 2 * minuteMs;
const auditsPerTick = 50;

/**
 * The watchdog of running audits: wakes the silent ones, and fails those whose crawl no longer exists, so that none runs for ever.
 * @param announce sends the events recorded for a workspace
 */
export async function watchAudits(
  db: Database,
  crawls: Crawls,
  now: () => number,
  announce: (workspaceId: string, eventIds: string[]) => Promise<void>,
): Promise<number> {
  const silent = await db
    .select({ id: audits.id, workspaceId: audits.workspaceId })
    .from(audits)
    .where(and(eq(audits.status, "running"), lt(audits.heartbeatAt, now() - silentMs)))
    .orderBy(audits.heartbeatAt)
    .limit(auditsPerTick);
  for (const { id, workspaceId } of silent) {
    if ((await crawls.resume(id)) !== gone) continue;
    const outbox: string[] = [];
    await failAudit({ db, auditId: id, workspaceId, now, outbox }, { code: "crawl_lost", message: "The crawl of this audit was lost. Start the audit again." });
    await announce(workspaceId, outbox);
  }
  return silent.length;
}
