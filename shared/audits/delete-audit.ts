import { and, eq, isNull, sql } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import type { Database } from "../db/client.ts";
import { auditPages, audits, findings } from "../db/schema/index.ts";
import { insertJob, type JobExecutor } from "../jobs/index.ts";
import { type Context, commit, guarded, newId, recordEvent, requirePermission, type Statement } from "../platform/index.ts";
import { loggedUrl } from "./logged-url.ts";
import { readAudit } from "./queries.ts";

/** Deletes an audit: it is gone for every reader at once; its rows and its crawl follow in the background. */
export async function deleteAudit(ctx: Context, auditId: string): Promise<void> {
  requirePermission(ctx, "audits:write");
  await commit(ctx.db, removeAudit(ctx, await readAudit(ctx, auditId)));
}

/** Somebody in the workspace, or Mentha itself. */
type Remover = Pick<Context, "db" | "workspaceId" | "now" | "requestId" | "client" | "outbox" | "dueJobs"> & Pick<Parameters<typeof recordChange>[0], "actor">;

/** As much of an audit as the log keeps of one that is gone. */
type Removed = Pick<typeof audits.$inferSelect, "id" | "url" | "status">;

/** What hides an audit and asks for the rest to follow, as one batch; it fails with `conflict` when the audit is hidden already. */
export function removeAudit(ctx: Remover, { id: auditId, url, status }: Removed): Statement[] {
  const hide = ctx.db
    .update(audits)
    .set({ deletedAt: ctx.now(), status: sql`iif(${audits.status} in ('queued', 'running'), 'cancelled', ${audits.status})`, sealedHeaders: null })
    .where(and(eq(audits.id, auditId), eq(audits.workspaceId, ctx.workspaceId), isNull(audits.deletedAt)));
  return [
    ...guarded(ctx.db, hide),
    recordChange(ctx, ctx.db, { action: "audit.delete", targetId: auditId, before: { url: loggedUrl(url), status } }),
    insertJob(ctx, { id: newId("job", ctx.now()), type: "audit.purge", input: { auditId } }),
    recordEvent(ctx, "audit.deleted", { auditId }),
  ];
}

/** Rows removed by one statement: far below the 30 s limit of a query. */
const rowsPerSlice = 1_000;

/** Removes some rows of a deleted audit, and its own once no other is left. Returns how many there were; the last answer is 0. */
export async function eraseAudit(db: Database, workspaceId: string, auditId: string): Promise<number> {
  let erased = 0;
  let isMore = false;
  for (const table of [findings, auditPages]) {
    const some = db.select({ ordinal: table.ordinal }).from(table).where(eq(table.auditId, auditId)).limit(rowsPerSlice);
    const result = await db.delete(table).where(and(eq(table.auditId, auditId), eq(table.workspaceId, workspaceId), sql`${table.ordinal} in ${some}`));
    erased += result.meta.changes;
    isMore ||= result.meta.changes === rowsPerSlice;
  }
  if (isMore) return erased;
  const { meta } = await db.delete(audits).where(and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId)));
  return erased + meta.changes;
}

/** One slice of the removal of a deleted audit. */
export const purgeAudit: JobExecutor<"audit.purge"> = async ({ db, workspaceId, input: { auditId } }) => {
  const progress = await eraseAudit(db, workspaceId, auditId);
  return { done: progress === 0, progress };
};
