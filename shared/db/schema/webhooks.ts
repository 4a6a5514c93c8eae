import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** Where a workspace's events are sent. */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    /** Only what happens to sites of this project; null for everything. */
    projectId: text("project_id"),
    name: text("name"),
    kind: text("kind", { enum: ["http", "slack", "teams", "jira", "trello", "discord", "pagerduty"] }).notNull(),
    /** The address as people see it: of kinds whose address is a credential, without what makes it one. */
    shownUrl: text("shown_url").notNull(),
    /** Address, header values, credentials and signing secrets (`Target`), encrypted. */
    sealedTarget: text("sealed_target").notNull(),
    headerNames: text("header_names", { mode: "json" }).notNull(),
    /** What the kind asks for beside credentials, such as a project in Jira. */
    options: text("options", { mode: "json" }).notNull(),
    /** Types of events and aliases, as somebody gave them. */
    events: text("events", { mode: "json" }).notNull(),
    /** JSONata; null for every event of those types. */
    filter: text("filter"),
    /** JSONata; null for what is usual of the kind. */
    template: text("template"),
    ordering: text("ordering", { enum: ["none", "per-subject"] }).notNull(),
    /** So many attempts in any window; both null for no limit. */
    throttleLimit: integer("throttle_limit"),
    throttleWindowMs: integer("throttle_window_ms"),
    concurrency: integer("concurrency").notNull(),
    disabledAt: time("disabled_at"),
    disabledFor: text("disabled_for", { enum: ["person", "gone", "failing"] }),
    createdBy: text("created_by").notNull(),
    createdAt: time("created_at").notNull(),
    /** Grows with every edit; whoever edits an older one is refused. */
    version: integer("version").notNull().default(1),
  },
  // A workspace's endpoints, newest first; asked for every event.
  (table) => [index("webhooks_workspace").on(table.workspaceId, table.id)],
);

/** One event for one endpoint. */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    webhookId: text("webhook_id").notNull(),
    eventId: text("event_id").notNull(),
    type: text("type").notNull(),
    /** What the event is about, such as `audit:aud_…`: the order is kept for each, and a ticket belongs to one. */
    subject: text("subject").notNull(),
    /** The event as receivers see it (`PublicEvent`), as JSON; the same for every attempt. */
    payload: text("payload").notNull(),
    state: text("state", { enum: ["pending", "succeeded", "failed"] }).notNull(),
    /** Grows when somebody has it sent again; what comes of an earlier round changes nothing any more. */
    round: integer("round").notNull().default(0),
    attempts: integer("attempts").notNull().default(0),
    /** When the next attempt is due; null once it ended. */
    nextAttemptAt: time("next_attempt_at"),
    /** Why the last attempt failed; null where none did. */
    failure: text("failure"),
    createdAt: time("created_at").notNull(),
    finishedAt: time("finished_at"),
  },
  (table) => [
    // An event that is handled twice is delivered once.
    uniqueIndex("webhook_deliveries_event").on(table.eventId, table.webhookId),
    // An endpoint's deliveries, newest first.
    index("webhook_deliveries_webhook").on(table.webhookId, table.id),
    // What waits at an endpoint, the longest due first, and at which endpoints anything does; only what is not over is in it.
    index("webhook_deliveries_pending").on(table.webhookId, table.nextAttemptAt).where(sql`${table.state} = 'pending'`),
  ],
);

/** What became of each attempt. */
export const webhookAttempts = sqliteTable(
  "webhook_attempts",
  {
    deliveryId: text("delivery_id").notNull(),
    attempt: integer("attempt").notNull(),
    workspaceId: text("workspace_id").notNull(),
    webhookId: text("webhook_id").notNull(),
    startedAt: time("started_at").notNull(),
    ms: integer("ms").notNull(),
    outcome: text("outcome", { enum: ["succeeded", "failed", "unknown"] }).notNull(),
    /** HTTP status; null when nothing answered. */
    status: integer("status"),
    /** A `FailureKind`; null for success. */
    failure: text("failure"),
    /** What went wrong, in a sentence for people; null for success. */
    message: text("message"),
    responseHeaders: text("response_headers", { mode: "json" }).notNull(),
    /** The first 20 KB of the answer. */
    responseBody: text("response_body").notNull(),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.attempt] })],
);

/** The ticket that stands for a subject in somebody's tracker. */
export const webhookTickets = sqliteTable(
  "webhook_tickets",
  {
    webhookId: text("webhook_id").notNull(),
    subject: text("subject").notNull(),
    workspaceId: text("workspace_id").notNull(),
    /** Id there. */
    ticketId: text("ticket_id").notNull(),
    /** What people call it, such as `SHOP-12`. */
    ticketKey: text("ticket_key").notNull(),
    url: text("url").notNull(),
    /** The delivery that opened it. */
    deliveryId: text("delivery_id").notNull(),
    openedAt: time("opened_at").notNull(),
    closedAt: time("closed_at"),
  },
  (table) => [primaryKey({ columns: [table.webhookId, table.subject] })],
);
