import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { projects, sites } from "../db/schema/index.ts";
import { type Context, commitOr, guarded, requirePermission, requireVersion, versionClash } from "../platform/index.ts";
import { ofProject, readProject } from "./queries.ts";

/**
 * Deletes a project with its sites, and so their proofs. Audits stay. `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `not_found`, also when somebody else deleted it at the same time; `precondition_failed` when it is at another version
 */
export async function deleteProject(ctx: Context, projectId: string, ifVersion?: number): Promise<void> {
  requirePermission(ctx, "projects:write");
  const project = await readProject(ctx, projectId);
  requireVersion(project, ifVersion);
  const { name, sites: removed } = project;
  const asSeen = and(ofProject(ctx, projectId), ifVersion === undefined ? undefined : eq(projects.version, ifVersion));
  const itsSites = and(eq(sites.workspaceId, ctx.workspaceId), eq(sites.projectId, projectId));
  const before = { name, sites: removed.map(({ origin }) => origin) };
  await commitOr(
    ctx.db,
    [
      ctx.db.delete(sites).where(itsSites),
      ...guarded(ctx.db, ctx.db.delete(projects).where(asSeen)),
      recordChange(ctx, ctx.db, { action: "project.delete", targetId: projectId, before }),
    ],
    async () => {
      await readProject(ctx, projectId);
      return versionClash(ifVersion);
    },
  );
}
