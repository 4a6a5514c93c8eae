import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

export const workspaces = sqliteTable("workspaces", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  createdAt: time("created_at").notNull(),
});

export const users = sqliteTable(
  "users",
  {
    id: text("id").primaryKey(),
    email: text("email").notNull(),
    isOperator: integer("is_operator", { mode: "boolean" }).notNull().default(false),
    createdAt: time("created_at").notNull(),
  },
  // One person is one user, whatever the workspaces.
  (table) => [uniqueIndex("users_email").on(table.email)],
);

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    createdBy: text("created_by").notNull(),
    name: text("name").notNull(),
    /** Public: names the key in lists and logs. */
    prefix: text("prefix").notNull(),
    /** SHA-256 of the whole key, hex. The key itself is never stored. */
    hash: text("hash").notNull(),
    scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at"),
    revokedAt: time("revoked_at"),
  },
  (table) => [
    // Every request looks its key up by hash.
    uniqueIndex("api_keys_hash").on(table.hash),
    // A workspace's list of keys.
    index("api_keys_workspace").on(table.workspaceId, table.id),
  ],
);
