import { and, eq } from "drizzle-orm";
import { projects, sites } from "../db/schema/index.ts";
import { type Context, commit, guarded, newId, requirePermission } from "../platform/index.ts";
import { findProject, readProject } from "./queries.ts";
import type { CreateProjectInput, Project, UpdateProjectInput } from "./schemas.ts";

/** A new project, without sites. */
export async function createProject(ctx: Context, { name }: CreateProjectInput): Promise<Project> {
  requirePermission(ctx, "projects:write");
  const createdAt = ctx.now();
  const id = newId("project", createdAt);
  await commit(ctx.db, [ctx.db.insert(projects).values({ id, workspaceId: ctx.workspaceId, name, createdAt })]);
  return { id, name, createdAt, sites: [] };
}

/** @throws AppError `not_found`; `conflict` when it was deleted at the same time */
export async function updateProject(ctx: Context, projectId: string, { name }: UpdateProjectInput): Promise<Project> {
  requirePermission(ctx, "projects:write");
  const project = await readProject(ctx, projectId);
  if (name === undefined || name === project.name) return project;
  const rename = ctx.db.update(projects).set({ name }).where(ofProject(ctx, projectId));
  await commit(ctx.db, guarded(ctx.db, rename));
  return { ...project, name };
}

/** Deletes a project with its sites, and so their proofs. Audits stay. */
export async function deleteProject(ctx: Context, projectId: string): Promise<void> {
  requirePermission(ctx, "projects:write");
  await findProject(ctx, projectId);
  const itsSites = and(eq(sites.workspaceId, ctx.workspaceId), eq(sites.projectId, projectId));
  await commit(ctx.db, [ctx.db.delete(sites).where(itsSites), ctx.db.delete(projects).where(ofProject(ctx, projectId))]);
}

const ofProject = ({ workspaceId }: Context, projectId: string) => and(eq(projects.id, projectId), eq(projects.workspaceId, workspaceId));
