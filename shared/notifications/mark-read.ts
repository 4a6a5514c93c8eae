import { and, eq, isNull, lte, sql } from "drizzle-orm";
import { notifications } from "../db/schema/index.ts";
import { AppError, type Context, type Language, requirePermission } from "../platform/index.ts";
import { countUnread, ownInbox } from "./inbox.ts";
import { shown, toNotifications } from "./rows.ts";
import type { AllRead, MarkAllReadInput, MarkNotificationInput, ShownNotification } from "./schemas.ts";

// None of this is in the audit log: that is for the workspace, and what somebody has read is nobody else's business.

interface Marked {
  readonly notification: ShownNotification;
  readonly unread: number;
}

/**
 * Marks a notification as read or unread. Marking it again changes nothing: the time at which it was read stays.
 * @throws AppError `not_found` also for somebody else's
 */
export async function markNotification(ctx: Context, id: string, { read }: MarkNotificationInput, language: Language): Promise<Marked> {
  requirePermission(ctx, "notifications:write");
  const { directory, workspaceId } = ctx;
  const rows = await directory
    .update(notifications)
    .set({ readAt: read ? sql`ifnull(${notifications.readAt}, ${ctx.now()})` : null })
    .where(and(ownInbox(ctx), eq(notifications.id, id)))
    .returning();
  const [notification] = await toNotifications(directory, workspaceId, rows);
  if (notification === undefined) throw new AppError("not_found", "There is no such notification.");
  return { notification: shown(notification, language), unread: await countUnread(ctx) };
}

/** Marks everything as read, or everything up to the newest that was seen. */
export async function markAllRead(ctx: Context, { upTo }: MarkAllReadInput): Promise<AllRead> {
  requirePermission(ctx, "notifications:write");
  const seen = upTo === undefined ? undefined : lte(notifications.id, upTo);
  const { meta } = await ctx.directory
    .update(notifications)
    .set({ readAt: ctx.now() })
    .where(and(ownInbox(ctx), isNull(notifications.readAt), seen));
  return { marked: meta.changes, unread: await countUnread(ctx) };
}
