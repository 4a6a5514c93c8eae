import { and, eq } from "drizzle-orm";
import { jobs } from "../db/schema/index.ts";
import { AppError, type Context, decodeCursor, Id, type ListQuery, pageOf, requirePermission } from "../platform/index.ts";
import { findSummary, findSummaryOrForeign, listFolders } from "./backup-files.ts";
import type { BackupList, BackupState, BackupSummary } from "./schemas.ts";

/** The complete backups of the installation, newest first, as their manifests say. */
export async function listBackups(ctx: Context, store: R2Bucket, { limit, cursor }: ListQuery): Promise<BackupList> {
  requirePermission(ctx, "operations:read");
  const before = cursor === undefined ? null : decodeCursor(cursor, Id("job"), "backups");
  const found: BackupSummary[] = [];
  for (const id of await listFolders(store)) {
    if (found.length > limit) break;
    const summary = before === null || id < before ? await findSummaryOrForeign(store, id, ctx.log) : null;
    if (summary !== null && summary !== "foreign") found.push(summary);
  }
  return pageOf(found, limit, ({ id }) => id, "backups");
}

/** How a backup gets on. @throws AppError `not_found` */
export async function getBackup(ctx: Context, store: R2Bucket, id: string): Promise<BackupState> {
  requirePermission(ctx, "operations:read");
  const backup = await findSummary(store, id);
  if (backup !== null) return { id, state: "complete", backup };
  const job = await ctx.directory.query.jobs.findFirst({ columns: { state: true }, where: and(eq(jobs.id, id), eq(jobs.type, "backup.make")) });
  // The manifest of one that succeeded was deleted since.
  if (job === undefined || job.state === "succeeded") throw new AppError("not_found", "There is no such backup. It may have been deleted as an old one.");
  return { id, state: job.state === "failed" ? "failed" : "making", backup: null };
}
