import { projects } from "../db/schema/index.ts";
import { type Context, commit, newId, requirePermission } from "../platform/index.ts";
import type { CreateProjectInput, Project } from "./schemas.ts";

/** A new project, without sites. */
export async function createProject(ctx: Context, { name }: CreateProjectInput): Promise<Project> {
  requirePermission(ctx, "projects:write");
  const createdAt = ctx.now();
  const id = newId("project", createdAt);
  await commit(ctx.db, [ctx.db.insert(projects).values({ id, workspaceId: ctx.workspaceId, name, createdAt })]);
  return { id, name, createdAt, sites: [] };
}
