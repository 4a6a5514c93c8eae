import { installationId } from "../db/client.ts";
import { type Context, Count, decodeCursor, encodeCursor, requirePermission } from "../platform/index.ts";
import { type LogPlace, readLog } from "./read-log.ts";
import type { LogEntryList, LogQuery } from "./schemas.ts";

/** Who changed what in the workspace, newest first. A page may have fewer entries than asked for, even none, although there are older ones that fit. */
export async function listLog(ctx: Context, query: LogQuery): Promise<LogEntryList> {
  requirePermission(ctx, "audit-log:read");
  return list(ctx, query);
}

/** As `listLog`, for what belongs to no workspace. */
export async function listInstallationLog(ctx: Context, query: LogQuery): Promise<LogEntryList> {
  requirePermission(ctx, "operations:read");
  return list({ db: ctx.directory, directory: ctx.directory, workspaceId: installationId }, query);
}

async function list(place: LogPlace, { limit, cursor, ...filters }: LogQuery): Promise<LogEntryList> {
  const before = cursor === undefined ? undefined : decodeCursor(cursor, Count, "log");
  const { entries: items, next } = await readLog(place, filters, { before, limit });
  return next === undefined ? { items } : { items, nextCursor: encodeCursor(next, "log") };
}
