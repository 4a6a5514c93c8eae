import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { projects, sites } from "../db/schema/index.ts";
import { type Context, commitOr, guarded, requirePermission } from "../platform/index.ts";
import { noSuchProject, ofProject, readProject } from "./queries.ts";

/**
 * Deletes a project with its sites, and so their proofs. Audits stay.
 * @throws AppError `not_found`, also when somebody else deleted it at the same time
 */
export async function deleteProject(ctx: Context, projectId: string): Promise<void> {
  requirePermission(ctx, "projects:write");
  const { name, sites: removed } = await readProject(ctx, projectId);
  const itsSites = and(eq(sites.workspaceId, ctx.workspaceId), eq(sites.projectId, projectId));
  const before = { name, sites: removed.map(({ origin }) => origin) };
  await commitOr(
    ctx.db,
    [
      ctx.db.delete(sites).where(itsSites),
      ...guarded(ctx.db, ctx.db.delete(projects).where(ofProject(ctx, projectId))),
      recordChange(ctx, ctx.db, { action: "project.delete", targetId: projectId, before }),
    ],
    async () => noSuchProject(),
  );
}
