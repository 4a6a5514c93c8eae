import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** What a caller did in a workspace on a day: absolute counts, as the caller's limiter has them. */
export const usage = sqliteTable(
  "usage",
  {
    workspaceId: text("workspace_id").notNull(),
    /** UTC, such as `2026-11-22`. */
    day: text("day").notNull(),
    /** Id of the API key, or of the person when they signed in. */
    principalId: text("principal_id").notNull(),
    /** The person; of a key, the one who made it. */
    userId: text("user_id").notNull(),
    /** All requests, with those that failed or were refused. */
    requests: integer("requests").notNull(),
    /** Requests that were answered with 4xx or 5xx, but for those that a limit refused. */
    errors: integer("errors").notNull(),
    /** Requests that a limit refused. */
    limited: integer("limited").notNull(),
    audits: integer("audits").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  // A workspace's usage by day.
  (table) => [primaryKey({ columns: [table.workspaceId, table.day, table.principalId] })],
);
