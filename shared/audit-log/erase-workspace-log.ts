import { and, desc, eq, inArray } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { auditLog, auditSeals } from "../db/schema/index.ts";

/**
 * Deletes up to `limit` rows of the log of a workspace that is deleted itself: entries, the newest first so that nothing is left to seal, then seals. The
 * chain's head lies with the workspace's other objects. Returns how many rows there were; the last answer is 0.
 */
export async function eraseWorkspaceLog(db: Database, workspaceId: string, limit: number): Promise<number> {
  const newest = db.select({ seq: auditLog.seq }).from(auditLog).where(eq(auditLog.workspaceId, workspaceId)).orderBy(desc(auditLog.seq)).limit(limit);
  const entries = await db.delete(auditLog).where(inArray(auditLog.seq, newest));
  if (entries.meta.changes > 0) return entries.meta.changes;
  const ofWorkspace = eq(auditSeals.workspaceId, workspaceId);
  const last = db.select({ toSeq: auditSeals.toSeq }).from(auditSeals).where(ofWorkspace).orderBy(desc(auditSeals.toSeq)).limit(limit);
  const seals = await db.delete(auditSeals).where(and(ofWorkspace, inArray(auditSeals.toSeq, last)));
  return seals.meta.changes;
}
