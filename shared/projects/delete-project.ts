import { and, eq, sql } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { projects, sites, webhooks } from "../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, refuseWhere, requirePermission, requireVersion, versionClash } from "../platform/index.ts";
import { ofProject, readProject } from "./queries.ts";

/**
 * Deletes a project with its sites, and so their proofs. Audits stay. `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `conflict` while webhooks are about this project alone: they would get nothing any more, and nobody would notice; `not_found`, also when somebody else deleted it at the same time; `precondition_failed` when it is at another version
 */
export async function deleteProject(ctx: Context, projectId: string, ifVersion?: number): Promise<void> {
  requirePermission(ctx, "projects:write");
  const project = await readProject(ctx, projectId);
  requireVersion(project, ifVersion);
  const { name, sites: removed } = project;
  const asSeen = and(ofProject(ctx, projectId), ifVersion === undefined ? undefined : eq(projects.version, ifVersion));
  const itsSites = and(eq(sites.workspaceId, ctx.workspaceId), eq(sites.projectId, projectId));
  const itsWebhooks = and(eq(webhooks.workspaceId, ctx.workspaceId), eq(webhooks.projectId, projectId));
  const before = { name, sites: removed.map(({ origin }) => origin) };
  await commitOr(
    ctx.db,
    [
      refuseWhere(ctx.db, sql`exists (select 1 from ${webhooks} where ${itsWebhooks})`),
      ctx.db.delete(sites).where(itsSites),
      ...guarded(ctx.db, ctx.db.delete(projects).where(asSeen)),
      recordChange(ctx, ctx.db, { action: "project.delete", targetId: projectId, before }),
    ],
    async () => {
      await readProject(ctx, projectId);
      const [webhook] = await ctx.db.select({ id: webhooks.id, name: webhooks.name }).from(webhooks).where(itsWebhooks).limit(1);
      return webhook === undefined ? versionClash(ifVersion) : stillUsed(webhook);
    },
  );
}

function stillUsed({ id, name }: { readonly id: string; readonly name: string | null }): AppError {
  const which = name === null ? id : `"${name}" (${id})`;
  return new AppError("conflict", `The webhook ${which} is about this project alone. Delete it, or give it another project or none, then delete the project.`);
}
