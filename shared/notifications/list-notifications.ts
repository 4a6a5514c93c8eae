import { and, desc, isNull, lt } from "drizzle-orm";
import { notifications } from "../db/schema/index.ts";
import { type Context, decodeCursor, Id, type Language, pageOf, requirePermission } from "../platform/index.ts";
import { countUnread, ownInbox } from "./inbox.ts";
import { shown, toNotifications } from "./rows.ts";
import type { ListNotificationsQuery, NotificationList } from "./schemas.ts";

/** What the person was told in this workspace, newest first, and how many of all are unread. Of a key, what its maker was told. */
export async function listNotifications(ctx: Context, { limit, cursor, unread }: ListNotificationsQuery, language: Language): Promise<NotificationList> {
  requirePermission(ctx, "notifications:read");
  const { directory, workspaceId } = ctx;
  const after = cursor === undefined ? undefined : lt(notifications.id, decodeCursor(cursor, Id("notification")));
  const which = unread === "true" ? isNull(notifications.readAt) : undefined;
  const rows = await directory
    .select()
    .from(notifications)
    .where(and(ownInbox(ctx), after, which))
    .orderBy(desc(notifications.id))
    .limit(limit + 1);
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => id);
  const found = await toNotifications(directory, workspaceId, items);
  return { items: found.map((each) => shown(each, language)), ...rest, unread: await countUnread(ctx) };
}
