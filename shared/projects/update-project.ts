import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { projects } from "../db/schema/index.ts";
import { type Context, commitOr, guarded, requirePermission, requireVersion, versionClash } from "../platform/index.ts";
import { ofProject, readProject } from "./queries.ts";
import type { Project, UpdateProjectInput } from "./schemas.ts";

/**
 * Changes what is named, if it differs. `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `not_found`; `precondition_failed` when it is at another version; `conflict` when it was changed in the meantime
 */
export async function updateProject(ctx: Context, projectId: string, { name }: UpdateProjectInput, ifVersion?: number): Promise<Project> {
  requirePermission(ctx, "projects:write");
  const project = await readProject(ctx, projectId);
  requireVersion(project, ifVersion);
  if (name === undefined || name === project.name) return project;
  const version = project.version + 1;
  const rename = ctx.db
    .update(projects)
    .set({ name, version })
    .where(and(ofProject(ctx, projectId), eq(projects.version, project.version)));
  await commitOr(
    ctx.db,
    [...guarded(ctx.db, rename), recordChange(ctx, ctx.db, { action: "project.update", targetId: projectId, before: { name: project.name }, after: { name } })],
    async () => {
      await readProject(ctx, projectId);
      return versionClash(ifVersion);
    },
  );
  return { ...project, name, version };
}
