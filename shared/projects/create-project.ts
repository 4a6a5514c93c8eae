import { recordChange } from "../audit-log/index.ts";
import { projects } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { type Context, commit, newId, requirePermission } from "../platform/index.ts";
import type { CreateProjectInput, Project } from "./schemas.ts";

/** A new project, without sites. */
export async function createProject(ctx: Context, { name }: CreateProjectInput): Promise<Project> {
  requirePermission(ctx, "projects:write");
  const createdAt = ctx.now();
  const id = newId("project", createdAt);
  const project: Project = { id, name, version: 1, createdAt, sites: [] };
  await commit(ctx.db, [
    ctx.db.insert(projects).values({ id, workspaceId: ctx.workspaceId, name, createdAt }),
    recordChange(ctx, ctx.db, { action: "project.create", targetId: id, after: { name } }),
    ...(await keepAnswer(ctx, ctx.db, project)),
  ]);
  return project;
}
