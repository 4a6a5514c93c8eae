import { eq } from "drizzle-orm";
import { workspaces } from "../../db/schema/index.ts";
import { AppError, type Context, requirePermission } from "../../platform/index.ts";
import type { Workspace } from "./schemas.ts";

/** The workspace that the caller acts in. */
export async function getWorkspace(ctx: Context): Promise<Workspace> {
  requirePermission(ctx, "workspace:read");
  return readWorkspace(ctx);
}

/** As `getWorkspace`, for verbs that asked for a permission of their own. */
export async function readWorkspace({ directory, workspaceId }: Pick<Context, "directory" | "workspaceId">): Promise<Workspace> {
  const row = await directory.query.workspaces.findFirst({ where: eq(workspaces.id, workspaceId) });
  if (row === undefined) throw new AppError("not_found", "There is no such workspace.");
  const { id, name, language, timeZone, version, createdAt } = row;
  const { auditRetentionDays, pageRetentionDays, deliveryRetentionDays, reportRetentionDays } = row;
  const kept = { auditRetentionDays, pageRetentionDays, deliveryRetentionDays, reportRetentionDays };
  return { id, name, language, timeZone, ...kept, version, createdAt };
}
