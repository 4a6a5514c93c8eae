import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** The outbox: what happened, written in the batch that made it happen. */
export const events = sqliteTable(
  "events",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    type: text("type").notNull(),
    data: text("data", { mode: "json" }).notNull(),
    createdAt: time("created_at").notNull(),
    /** Set by the fan-out together with its effect; until then the sweep sends the event again. */
    handledAt: time("handled_at"),
  },
  // The sweep's question; only unhandled events are in it, so it stays tiny.
  (table) => [index("events_unhandled").on(table.createdAt).where(sql`${table.handledAt} is null`)],
);

export const jobs = sqliteTable(
  "jobs",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    type: text("type").notNull(),
    state: text("state", { enum: ["queued", "running", "succeeded", "failed"] }).notNull(),
    input: text("input", { mode: "json" }).notNull(),
    /** Grows by one with every claim; a write that names an older attempt changes nothing. */
    attempt: integer("attempt").notNull().default(0),
    /** Failed attempts in a row; a slice that succeeds starts it again. */
    failures: integer("failures").notNull().default(0),
    /** When the work may start or start again. */
    dueAt: time("due_at").notNull(),
    leaseUntil: time("lease_until"),
    progress: integer("progress").notNull().default(0),
    /** How far it came, as its kind has it: where the next slice goes on. Null before the first. */
    checkpoint: text("checkpoint", { mode: "json" }),
    error: text("error"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  // The watchdog's question: what should be running and is not.
  (table) => [index("jobs_unfinished").on(table.dueAt).where(sql`${table.state} in ('queued', 'running')`)],
);

/** Messages that could not be processed, kept until a person replays or drops them. */
export const parkedMessages = sqliteTable("parked_messages", {
  id: text("id").primaryKey(),
  queue: text("queue").notNull(),
  /** The platform's id of the message: parking the same message twice keeps one row. */
  messageId: text("message_id").notNull().unique(),
  body: text("body").notNull(),
  errorCode: text("error_code").notNull(),
  errorMessage: text("error_message").notNull(),
  attempts: integer("attempts").notNull(),
  parkedAt: time("parked_at").notNull(),
});
