import { and, eq } from "drizzle-orm";
import { projects, sites } from "../db/schema/index.ts";
import { type Context, commit, requirePermission } from "../platform/index.ts";
import { findProject, ofProject } from "./queries.ts";

/** Deletes a project with its sites, and so their proofs. Audits stay. */
export async function deleteProject(ctx: Context, projectId: string): Promise<void> {
  requirePermission(ctx, "projects:write");
  await findProject(ctx, projectId);
  const itsSites = and(eq(sites.workspaceId, ctx.workspaceId), eq(sites.projectId, projectId));
  await commit(ctx.db, [ctx.db.delete(sites).where(itsSites), ctx.db.delete(projects).where(ofProject(ctx, projectId))]);
}
