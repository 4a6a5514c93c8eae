import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** Who changed what, written in the batch of the change. Rows are never edited, but for personal fields that are erased. */
export const auditLog = sqliteTable(
  "audit_log",
  {
    /** The order in which changes were committed. */
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    id: text("id").notNull(),
    /** A workspace, or `installationId` for what belongs to none. */
    workspaceId: text("workspace_id").notNull(),
    at: time("at").notNull(),
    /** Such as `project.create`. */
    action: text("action").notNull(),
    /** Who asked: somebody who signed in, an API key, somebody who is not known yet, or Mentha itself. */
    actorKind: text("actor_kind", { enum: ["session", "key", "visitor", "system"] }).notNull(),
    /** The person; of a key, the one who made it. */
    userId: text("user_id"),
    /** Id of the session or the key; null for nobody known, for Mentha itself, and for a person's refusals, which are counted over all of their sessions. */
    actorId: text("actor_id"),
    /** Kind and id of what was changed. */
    targetKind: text("target_kind").notNull(),
    targetId: text("target_id").notNull(),
    requestId: text("request_id").notNull(),
    /** Random, 128 bits in hex, one for each of the two below; each goes with its field, so that what was erased cannot be found by trying. */
    clientSalt: text("client_salt"),
    detailsSalt: text("details_salt"),
    /** Address and browser of who asked; personal. Null once erased. */
    client: text("client", { mode: "json" }).$type<{ ip: string | null; userAgent: string | null }>(),
    /** What was before and after, without secrets; may be personal. Null once erased. */
    details: text("details", { mode: "json" }).$type<{ before?: unknown; after?: unknown }>(),
    /** Salted SHA-256 of the two above, hex; kept only of what was erased, so that the seals still hold. */
    clientDigest: text("client_digest"),
    detailsDigest: text("details_digest"),
    /** The person whom the details tell of, if they tell of one. */
    aboutUserId: text("about_user_id"),
  },
  (table) => [
    // A workspace's log in order, for lists and for the sealer.
    index("audit_log_workspace").on(table.workspaceId, table.seq),
    // The history of one thing.
    index("audit_log_target").on(table.workspaceId, table.targetId, table.seq),
    // Minutes of refusals are written again when the first write's answer was lost.
    uniqueIndex("audit_log_id").on(table.id),
  ],
);

/** The chain over a workspace's log: each seal covers the entries since the one before, and names it by its hash. */
export const auditSeals = sqliteTable(
  "audit_seals",
  {
    workspaceId: text("workspace_id").notNull(),
    fromSeq: integer("from_seq").notNull(),
    toSeq: integer("to_seq").notNull(),
    entries: integer("entries").notNull(),
    /** Hash of the seal before; 64 zeros for the first. */
    previous: text("previous").notNull(),
    hash: text("hash").notNull(),
    /** Names the server key that made the hash. */
    kid: text("kid").notNull(),
    /** What it covers: seq and id of each entry, and an HMAC of its text, so that a break can be named. */
    marks: text("marks", { mode: "json" }).$type<(readonly [seq: number, id: string, mac: string])[]>().notNull(),
    sealedAt: time("sealed_at").notNull(),
  },
  (table) => [
    // The chain in order.
    primaryKey({ columns: [table.workspaceId, table.toSeq] }),
    // A seal has one successor: of two sealers at once, one fails.
    uniqueIndex("audit_seals_chain").on(table.workspaceId, table.previous),
  ],
);
