import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

export const workspaces = sqliteTable(
  "workspaces",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** Of texts that nobody asked for in another language, such as e-mails. */
    language: text("language", { enum: ["en", "es"] })
      .notNull()
      .default("en"),
    /** IANA name, such as `Europe/Madrid`. */
    timeZone: text("time_zone").notNull().default("UTC"),
    /** Days that ended audits are kept; null keeps them until somebody deletes them. */
    auditRetentionDays: integer("audit_retention_days"),
    /** Days that the facts of an audit's pages are kept after its end, at most as long as the audit; null for as long. */
    pageRetentionDays: integer("page_retention_days"),
    /** Days that deliveries of webhooks and their attempts are kept. */
    deliveryRetentionDays: integer("delivery_retention_days").notNull().default(30),
    /** Days that reports are kept; null keeps them. */
    reportRetentionDays: integer("report_retention_days"),
    /** Objects over which its live connections are spread; see `shared/live`. */
    liveShards: integer("live_shards").notNull().default(1),
    /** Since when nobody may work in it; null when everybody who belongs to it may. */
    suspendedAt: time("suspended_at"),
    /** Grows with every edit; whoever edits an older one is refused. */
    version: integer("version").notNull().default(1),
    createdAt: time("created_at").notNull(),
  },
  // The suspended ones, for operators: a write for none but them.
  (table) => [index("workspaces_suspended").on(table.id).where(sql`${table.suspendedAt} is not null`)],
);

export const users = sqliteTable(
  "users",
  {
    id: text("id").primaryKey(),
    /** Trimmed and in lower case. */
    email: text("email").notNull(),
    name: text("name").notNull().default(""),
    /** Null follows the workspace. */
    language: text("language", { enum: ["en", "es"] }),
    /** PHC string; null for somebody who never set a password. */
    passwordHash: text("password_hash"),
    /** When the address was proven to be theirs; null before. */
    emailVerifiedAt: time("email_verified_at"),
    /** In every access token; raising it ends all that were issued before. */
    tokenVersion: integer("token_version").notNull().default(0),
    isOperator: integer("is_operator", { mode: "boolean" }).notNull().default(false),
    /** Since when they may do nothing; null when they may. */
    suspendedAt: time("suspended_at"),
    createdAt: time("created_at").notNull(),
  },
  (table) => [
    // One person is one user, whatever the workspaces.
    uniqueIndex("users_email").on(table.email),
    // The suspended ones, for operators: a write for none but them.
    index("users_suspended").on(table.id).where(sql`${table.suspendedAt} is not null`),
  ],
);

export const members = sqliteTable(
  "members",
  {
    workspaceId: text("workspace_id").notNull(),
    userId: text("user_id").notNull(),
    role: text("role", { enum: ["admin", "manager", "qa", "dev"] }).notNull(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [
    // A workspace's members, and whether somebody is one.
    primaryKey({ columns: [table.workspaceId, table.userId] }),
    // Somebody's workspaces, asked with every request of a session.
    index("members_user").on(table.userId, table.workspaceId),
  ],
);

export const invitations = sqliteTable(
  "invitations",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    /** Trimmed and in lower case; whoever accepts has this address. */
    email: text("email").notNull(),
    role: text("role", { enum: ["admin", "manager", "qa", "dev"] }).notNull(),
    /** The user who invited. */
    invitedBy: text("invited_by").notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at").notNull(),
    acceptedAt: time("accepted_at"),
    revokedAt: time("revoked_at"),
  },
  (table) => [
    // A workspace's invitations, newest first.
    index("invitations_workspace").on(table.workspaceId, table.id),
    // One open invitation for an address in a workspace, also when two people invite at once.
    uniqueIndex("invitations_open").on(table.workspaceId, table.email).where(sql`${table.acceptedAt} is null and ${table.revokedAt} is null`),
  ],
);
