import { and, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { noRequest } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { audits, workspaces } from "../db/schema/index.ts";
import { AppError, type Clock, commit, dayMs, errorFields, type Log, newId } from "../platform/index.ts";
import { removeAudit } from "./delete-audit.ts";

const auditsPerTick = 50;

interface ExpiryDeps {
  /** The database whose audits are looked at. */
  readonly db: Database;
  /** The first database, which alone says how long a workspace keeps its audits. */
  readonly directory: Database;
  readonly now: Clock;
  readonly log: Log;
}

/**
 * Deletes, as `deleteAudit` does, audits that ended longer ago than their workspace keeps them; at most 50 a call.
 * One that is under way never expires. Events and jobs are stored only: those who sweep them send them. Each is settled by itself: one that throws
 * does not keep the others from their turn. In the audit log it is Mentha itself that deletes them. Returns how many there were.
 */
export async function expireAudits(deps: ExpiryDeps): Promise<number> {
  const { log, db, now } = deps;
  const expired = await findExpired(deps);
  const who = { actor: { kind: "system" }, requestId: noRequest, client: { ip: null, userAgent: null } } as const;
  for (const { workspaceId, ...audit } of expired) {
    try {
      await commit(db, removeAudit({ ...who, db, workspaceId, now, outbox: [], dueJobs: [] }, audit));
    } catch (cause) {
      // Somebody deleted it at the same time.
      if (cause instanceof AppError && cause.code === "conflict") continue;
      log.error("audit could not be expired", { auditId: audit.id, workspaceId, ...errorFields(cause) });
    }
  }
  return expired.length;
}

type Expired = Pick<typeof audits.$inferSelect, "id" | "workspaceId" | "url" | "status">;

/**
 * One query, whatever the number of workspaces. Ids sort by time and nothing ends before it was made, so the index of a workspace's list leads to
 * the old audits alone.
 */
async function findExpired({ db, directory, now }: ExpiryDeps): Promise<Expired[]> {
  const keeping = await directory
    .select({ id: workspaces.id, days: workspaces.auditRetentionDays })
    .from(workspaces)
    .where(isNotNull(workspaces.auditRetentionDays));
  if (keeping.length === 0) return [];
  const terms = keeping.map(({ id, days }) => {
    const endedBefore = now() - (days ?? 0) * dayMs;
    return { id, endedBefore, beforeId: newId("audit", endedBefore) };
  });
  return db
    .select({ id: audits.id, workspaceId: audits.workspaceId, url: audits.url, status: audits.status })
    .from(sql`json_each(${JSON.stringify(terms)}) as terms`)
    .innerJoin(
      audits,
      and(
        eq(audits.workspaceId, sql`terms.value ->> 'id'`),
        sql`${audits.id} < terms.value ->> 'beforeId'`,
        sql`${audits.finishedAt} < terms.value ->> 'endedBefore'`,
        inArray(audits.status, ["completed", "failed", "cancelled"]),
        isNull(audits.deletedAt),
      ),
    )
    .limit(auditsPerTick);
}
