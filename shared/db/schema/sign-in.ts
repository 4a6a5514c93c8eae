import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** Somebody signed in on a device. Its refresh tokens are one family: when one of them is used twice, all end. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id").notNull(),
    createdAt: time("created_at").notNull(),
    /** When it was last refreshed. */
    lastUsedAt: time("last_used_at").notNull(),
    /** No refresh token outlives it. */
    expiresAt: time("expires_at").notNull(),
    /** Address and browser of the sign-in, for the person to recognise it by. */
    ip: text("ip"),
    userAgent: text("user_agent"),
    revokedAt: time("revoked_at"),
    revokedFor: text("revoked_for", { enum: ["sign-out", "token-reuse", "password-changed", "password-reset"] }),
  },
  // Somebody's sessions, newest first.
  (table) => [index("sessions_user").on(table.userId, table.id)],
);

export const refreshTokens = sqliteTable(
  "refresh_tokens",
  {
    /** SHA-256 of the token, hex. The token itself is never stored. */
    hash: text("hash").primaryKey(),
    sessionId: text("session_id").notNull(),
    /** 0 for the one that came with the sign-in; each successor counts one more. */
    generation: integer("generation").notNull(),
    /** Names the server key that this token was derived with from the one before; null for generation 0. */
    kid: text("kid"),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at").notNull(),
    /** When it was exchanged for its successor; null while it may be used. */
    usedAt: time("used_at"),
  },
  // One successor for each token, however many requests present it at once.
  (table) => [uniqueIndex("refresh_tokens_family").on(table.sessionId, table.generation)],
);

/** What links in e-mails carry. Each works once. */
export const oneTimeTokens = sqliteTable(
  "one_time_tokens",
  {
    /** SHA-256 of the token, hex. The token itself is never stored. */
    hash: text("hash").primaryKey(),
    purpose: text("purpose", { enum: ["accept-invitation", "reset-password", "verify-email"] }).notNull(),
    /** Id of what it is for: an invitation or a user. */
    subjectId: text("subject_id").notNull(),
    /** The address that it was sent to, which its use proves. */
    email: text("email").notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at").notNull(),
    usedAt: time("used_at"),
  },
  // Using one ends the others of the same kind.
  (table) => [index("one_time_tokens_subject").on(table.subjectId, table.purpose)],
);

/** How often something was tried lately by somebody: failed sign-ins of an address, e-mails asked for. */
export const attempts = sqliteTable("attempts", {
  /** What is counted and of whom, such as `signInIp:203.0.113.7`; an e-mail address stands here as its hash. */
  subject: text("subject").primaryKey(),
  count: integer("count").notNull(),
  /** When the counting began; an old window starts anew. */
  since: time("since").notNull(),
  /** Nothing is tried before; null when the next may come at once. */
  blockedUntil: time("blocked_until"),
});
