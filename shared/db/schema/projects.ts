import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** A product under quality work, with its sites. */
export const projects = sqliteTable(
  "projects",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    name: text("name").notNull(),
    /** Grows with every edit of the project itself; whoever edits an older one is refused. */
    version: integer("version").notNull().default(1),
    createdAt: time("created_at").notNull(),
  },
  // A workspace's projects, newest first.
  (table) => [index("projects_workspace").on(table.workspaceId, table.id)],
);

export const sites = sqliteTable(
  "sites",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    projectId: text("project_id").notNull(),
    /** Scheme, host and port, such as `https://www.example.com`. */
    origin: text("origin").notNull(),
    /** What the owner publishes to prove that the site is theirs; no secret, but of this workspace alone. */
    verificationToken: text("verification_token").notNull(),
    verifiedAt: time("verified_at"),
    verifiedBy: text("verified_by", { enum: ["file", "meta", "dns"] }),
    createdAt: time("created_at").notNull(),
  },
  (table) => [
    // A project's sites.
    index("sites_project").on(table.workspaceId, table.projectId, table.id),
    // A site is in a project once; also answers whether the workspace verified an origin.
    uniqueIndex("sites_origin").on(table.workspaceId, table.origin, table.projectId),
  ],
);
