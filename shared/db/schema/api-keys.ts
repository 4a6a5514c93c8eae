import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    /** The user whose role bounds what the key may do. */
    createdBy: text("created_by").notNull(),
    name: text("name").notNull(),
    /** Public: names the key in lists, addresses and logs. */
    prefix: text("prefix").notNull(),
    /** SHA-256 of the whole key, hex. The key itself is never stored. */
    hash: text("hash").notNull(),
    scopes: text("scopes", { mode: "json" }).$type<string[]>().notNull(),
    /** CIDR blocks that the key may be used from; an empty list allows every address. */
    allowedIps: text("allowed_ips", { mode: "json" }).$type<string[]>().notNull().default([]),
    /** Limits of its own, by the name of the policy; what is not named here is as for everybody. */
    limits: text("limits", { mode: "json" }).$type<Record<string, number>>().notNull().default({}),
    /** Grows with every edit; whoever edits an older one is refused. */
    version: integer("version").notNull().default(1),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at"),
    revokedAt: time("revoked_at"),
    /** Prefix of the key that this one was rotated to; until `expires_at` both work. */
    rotatedTo: text("rotated_to"),
    /** To within minutes: not every use is worth a write. */
    lastUsedAt: time("last_used_at"),
  },
  (table) => [
    // Every request looks its key up by hash.
    uniqueIndex("api_keys_hash").on(table.hash),
    // Addresses name keys by prefix, and no two share one.
    uniqueIndex("api_keys_prefix").on(table.prefix),
    // A workspace's list of keys.
    index("api_keys_workspace").on(table.workspaceId, table.id),
  ],
);
