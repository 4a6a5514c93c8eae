import { and, eq, isNull } from "drizzle-orm";
import { noRequest } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { AppError, type Clock, commit } from "../platform/index.ts";
import { removeAudit } from "./delete-audit.ts";

/** An audit that ended, wherever it is stored. */
export interface PastAudit {
  readonly db: Database;
  readonly id: string;
  readonly workspaceId: string;
}

/**
 * Deletes, as `deleteAudit` does, an audit that ended longer ago than its workspace keeps them; one that is gone already stays so. Events and jobs are
 * stored only: those who sweep them send them. In the audit log it is Mentha itself that deletes it.
 */
export async function expireAudit(now: Clock, { db, id, workspaceId }: PastAudit): Promise<true> {
  const which = and(eq(audits.id, id), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt));
  const audit = await db.query.audits.findFirst({ columns: { id: true, url: true, status: true }, where: which });
  if (audit === undefined) return true;
  const who = { actor: { kind: "system" }, requestId: noRequest, client: { ip: null, userAgent: null } } as const;
  try {
    await commit(db, removeAudit({ ...who, db, workspaceId, now, outbox: [], dueJobs: [] }, audit));
  } catch (cause) {
    // Somebody deleted it at the same time.
    if (!(cause instanceof AppError && cause.code === "conflict")) throw cause;
  }
  return true;
}
