import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** What happened that concerns somebody: their inbox. */
export const notifications = sqliteTable(
  "notifications",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    userId: text("user_id").notNull(),
    /** Such as `audit.completed`. */
    type: text("type").notNull(),
    /** What it tells of, by id and in values, not in sentences: it is read in the reader's language. */
    data: text("data", { mode: "json" }).notNull(),
    createdAt: time("created_at").notNull(),
    /** Null for one that is unread. */
    readAt: time("read_at"),
    /** What it comes from: an event that is handled twice tells a person once. */
    eventId: text("event_id").notNull(),
  },
  (table) => [
    uniqueIndex("notifications_event").on(table.eventId, table.userId),
    // Somebody's inbox in a workspace, newest first.
    index("notifications_inbox").on(table.workspaceId, table.userId, table.id),
  ],
);

/** What somebody said of a type of notification; what they said nothing of is as it comes. */
export const notificationPreferences = sqliteTable(
  "notification_preferences",
  {
    workspaceId: text("workspace_id").notNull(),
    userId: text("user_id").notNull(),
    type: text("type").notNull(),
    inApp: integer("in_app", { mode: "boolean" }).notNull(),
    email: integer("email", { mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId, table.type] })],
);

/** What operators told everybody, or some; shown to whoever comes until it expires. */
export const broadcasts = sqliteTable(
  "broadcasts",
  {
    id: text("id").primaryKey(),
    message: text("message").notNull(),
    /** `everyone`, `workspace:<id>` or `role:<role>`. */
    audience: text("audience").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at").notNull(),
  },
  // Those that still hold, asked by each object of connections when it wakes.
  (table) => [index("broadcasts_expiry").on(table.expiresAt)],
);
