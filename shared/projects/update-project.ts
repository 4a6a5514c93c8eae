import { projects } from "../db/schema/index.ts";
import { type Context, commit, guarded, requirePermission } from "../platform/index.ts";
import { ofProject, readProject } from "./queries.ts";
import type { Project, UpdateProjectInput } from "./schemas.ts";

/** @throws AppError `not_found`; `conflict` when it was deleted at the same time */
export async function updateProject(ctx: Context, projectId: string, { name }: UpdateProjectInput): Promise<Project> {
  requirePermission(ctx, "projects:write");
  const project = await readProject(ctx, projectId);
  if (name === undefined || name === project.name) return project;
  const rename = ctx.db.update(projects).set({ name }).where(ofProject(ctx, projectId));
  await commit(ctx.db, guarded(ctx.db, rename));
  return { ...project, name };
}
