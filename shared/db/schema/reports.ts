import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** What got better and worse in a workspace, over a time, for people who want no details. Its PDFs are in the bucket. */
export const reports = sqliteTable(
  "reports",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    /** Of one project alone; null for all of the workspace. */
    projectId: text("project_id"),
    fromAt: time("from_at").notNull(),
    toAt: time("to_at").notNull(),
    state: text("state", { enum: ["pending", "ready", "failed"] }).notNull(),
    /** What it says (`ReportContent`); null until it is ready. */
    content: text("content", { mode: "json" }),
    /** Whether members get it as an e-mail, and endpoints an event. */
    isSent: integer("is_sent", { mode: "boolean" }).notNull(),
    /** Null for one that a schedule of the installation had made. */
    createdBy: text("created_by"),
    createdAt: time("created_at").notNull(),
    readyAt: time("ready_at"),
  },
  // A workspace's reports, newest first.
  (table) => [index("reports_workspace").on(table.workspaceId, table.id)],
);
