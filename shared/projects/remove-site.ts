import { recordChange } from "../audit-log/index.ts";
import { sites } from "../db/schema/index.ts";
import { type Context, commitOr, guarded, requirePermission } from "../platform/index.ts";
import { findSite, noSuchSite, ofSite } from "./queries.ts";

/**
 * Removes a site from a project, and so what was proven of it there.
 * @throws AppError `not_found`, also when somebody else removed it at the same time
 */
export async function removeSite(ctx: Context, projectId: string, siteId: string): Promise<void> {
  requirePermission(ctx, "projects:write");
  const { origin, verifiedAt, verifiedBy } = await findSite(ctx, projectId, siteId);
  await commitOr(
    ctx.db,
    [
      ...guarded(ctx.db, ctx.db.delete(sites).where(ofSite(ctx, projectId, siteId))),
      recordChange(ctx, ctx.db, { action: "site.remove", targetId: siteId, before: { projectId, origin, verifiedAt, verifiedBy } }),
    ],
    async () => noSuchSite(),
  );
}
