import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

export const audits = sqliteTable(
  "audits",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    createdBy: text("created_by").notNull(),
    url: text("url").notNull(),
    status: text("status", { enum: ["queued", "running", "completed", "failed", "cancelled"] }).notNull(),
    options: text("options", { mode: "json" }).notNull(),
    /** The extra request headers, encrypted; null when there are none. */
    sealedHeaders: text("sealed_headers"),
    discovered: integer("discovered").notNull().default(0),
    fetched: integer("fetched").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    scores: text("scores", { mode: "json" }),
    counts: text("counts", { mode: "json" }),
    /** Per rule: version, pages checked, pages failing. What the scores were computed from. */
    tallies: text("tallies", { mode: "json" }),
    /** Origins of the site that the crawl stopped asking, since they answered nothing; null when there are none. */
    abandonedOrigins: text("abandoned_origins", { mode: "json" }),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    createdAt: time("created_at").notNull(),
    startedAt: time("started_at"),
    finishedAt: time("finished_at"),
    /** Last sign of life of the crawl; the watchdog wakes a running audit whose sign is old. */
    heartbeatAt: time("heartbeat_at"),
    /** When the watchdog first woke the crawl after its last sign of life. */
    wokenAt: time("woken_at"),
    deletedAt: time("deleted_at"),
    /** The completed audit before, of the same address, with which this one is compared; null for the first, and until it is completed. */
    baseId: text("base_id"),
    /** The audit whose worst news this one makes sure of, by looking at a few of its pages again; null for one that somebody wanted. */
    confirmsId: text("confirms_id"),
    /** What the second look confirmed (`Regression`); null when nothing was worse, or nothing of it was confirmed. Of a second look, what it is to confirm (`Suspicion`). */
    regression: text("regression", { mode: "json" }),
    /** When the facts of its pages were deleted, which are the largest part of it; null while they are kept. */
    factsPurgedAt: time("facts_purged_at"),
  },
  (table) => [
    // A workspace's list, newest first (ids sort by time).
    index("audits_workspace").on(table.workspaceId, table.id),
    // The audit before of the same address, with which a new one is compared.
    index("audits_site").on(table.workspaceId, table.url, table.finishedAt).where(sql`${table.status} = 'completed'`),
    // The watchdog's question; only audits under way are in it.
    index("audits_unfinished").on(table.heartbeatAt).where(sql`${table.status} in ('queued', 'running')`),
  ],
);

/** Slim rows of the pages of an audit; the full facts stay in the audit's object. `ordinal` is the page's number there. */
export const auditPages = sqliteTable(
  "audit_pages",
  {
    auditId: text("audit_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    workspaceId: text("workspace_id").notNull(),
    url: text("url").notNull(),
    /** HTTP status of this address itself (a redirect says 3xx); null when nothing answered. */
    status: integer("status"),
    outcome: text("outcome", { enum: ["html", "redirect", "other", "failed"] }).notNull(),
    title: text("title"),
    /** Null when no page links to it. */
    depth: integer("depth"),
    indexable: integer("indexable", { mode: "boolean" }).notNull(),
    redirectTo: text("redirect_to"),
    contentType: text("content_type"),
    bytes: integer("bytes").notNull(),
    ttfbMs: integer("ttfb_ms").notNull(),
    totalMs: integer("total_ms").notNull(),
    error: text("error"),
  },
  // The primary key is also the order of the list of pages.
  (table) => [primaryKey({ columns: [table.auditId, table.ordinal] })],
);

export const findings = sqliteTable(
  "findings",
  {
    auditId: text("audit_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    id: text("id").notNull(),
    workspaceId: text("workspace_id").notNull(),
    ruleId: text("rule_id").notNull(),
    ruleVersion: integer("rule_version").notNull(),
    category: text("category").notNull(),
    severity: text("severity", { enum: ["error", "warning", "info"] }).notNull(),
    /** Null for a finding about the whole site. */
    pageUrl: text("page_url"),
    /** What the rule's message template is filled with. */
    values: text("message_values", { mode: "json" }).notNull(),
    evidence: text("evidence", { mode: "json" }).notNull(),
    evidenceTotal: integer("evidence_total").notNull(),
    /** The same in every audit for the same rule on the same page, whatever the host of the site; empty in audits from before there was one. */
    fingerprint: text("fingerprint").notNull().default(""),
  },
  // The primary key is also the order of the list of findings.
  (table) => [primaryKey({ columns: [table.auditId, table.ordinal] })],
);

/** Findings that members do not want to hear of for a while. */
export const mutes = sqliteTable(
  "mutes",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    /** The site, such as `https://www.example.com`. */
    origin: text("origin").notNull(),
    ruleId: text("rule_id").notNull(),
    /** Of the one finding; null for every page of the site. */
    fingerprint: text("fingerprint"),
    /** As people see it: the page of the finding; null for the site and for every page. */
    pageUrl: text("page_url"),
    reason: text("reason").notNull(),
    /** Null for good. */
    untilAt: time("until_at"),
    createdBy: text("created_by").notNull(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [
    // A workspace's mutes, newest first.
    index("mutes_workspace").on(table.workspaceId, table.id),
    // What is muted of a site, which every list of its findings asks.
    index("mutes_site").on(table.workspaceId, table.origin),
  ],
);
