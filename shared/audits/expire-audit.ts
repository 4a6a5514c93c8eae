import { and, eq, isNull } from "drizzle-orm";
import { bySystem } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { AppError, type Context, commit, type DueJob } from "../platform/index.ts";
import { removeAudit } from "./delete-audit.ts";

/** An audit that ended, wherever it is stored. */
export interface PastAudit {
  readonly db: Database;
  readonly id: string;
  readonly workspaceId: string;
}

type Expiring = Pick<Context, "now" | "outbox" | "dueJobs">;

/**
 * Deletes, as `deleteAudit` does, an audit that ended longer ago than its workspace keeps them; one that is gone already stays so. What is
 * to be sent of it is in `outbox` and `dueJobs` then. In the audit log it is Mentha itself that deletes it.
 */
export async function expireAudit({ now, outbox, dueJobs }: Expiring, { db, id, workspaceId }: PastAudit): Promise<true> {
  const which = and(eq(audits.id, id), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt));
  const audit = await db.query.audits.findFirst({ columns: { id: true, url: true, status: true }, where: which });
  if (audit === undefined) return true;
  const due: DueJob[] = [];
  const told: string[] = [];
  try {
    await commit(db, removeAudit({ ...bySystem, db, workspaceId, now, outbox: told, dueJobs: due }, audit));
    outbox.push(...told);
    dueJobs.push(...due);
  } catch (cause) {
    // Somebody deleted it at the same time.
    if (!(cause instanceof AppError && cause.code === "conflict")) throw cause;
  }
  return true;
}
