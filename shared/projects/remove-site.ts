import { sites } from "../db/schema/index.ts";
import { type Context, commit, requirePermission } from "../platform/index.ts";
import { findSite, ofSite } from "./queries.ts";

/** Removes a site from a project, and so what was proven of it there. */
export async function removeSite(ctx: Context, projectId: string, siteId: string): Promise<void> {
  requirePermission(ctx, "projects:write");
  await findSite(ctx, projectId, siteId);
  await commit(ctx.db, [ctx.db.delete(sites).where(ofSite(ctx, projectId, siteId))]);
}
