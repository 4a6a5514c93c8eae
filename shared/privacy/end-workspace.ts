import { and, eq, exists, isNull, notExists } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { apiKeys, invitations, members, workspaces } from "../db/schema/index.ts";
import { AppError, type Context, refuseWhere, requireVersion, type Statement } from "../platform/index.ts";
import { insertErasure } from "./insert-erasure.ts";

/** Who is in a workspace. A workspace in which nobody is any more is deleted, though its row is there until everything else is erased. */
export const membersOf = ({ directory }: Pick<Context, "directory">, workspaceId: string) =>
  directory.select({ userId: members.userId }).from(members).where(eq(members.workspaceId, workspaceId));

/** Name and version of a workspace that is not deleted. */
export async function findLiving(ctx: Pick<Context, "directory">, workspaceId: string): Promise<{ name: string; version: number } | undefined> {
  const [found] = await ctx.directory
    .select({ name: workspaces.name, version: workspaces.version })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), exists(membersOf(ctx, workspaceId))));
  return found;
}

/**
 * The statements that delete a workspace: nobody and no key is in it any more, and the rest is to be erased.
 * They fail together when it is at another version than `ifVersion`, if that is given.
 */
export function endWorkspace(ctx: Context, workspaceId: string, ifVersion: number | undefined): Statement[] {
  const { directory: db, now } = ctx;
  return [
    ...(ifVersion === undefined ? [] : [refuseWhere(db, notExists(workspaceAt(ctx, workspaceId, ifVersion)))]),
    db.delete(members).where(eq(members.workspaceId, workspaceId)),
    db
      .update(apiKeys)
      .set({ revokedAt: now() })
      .where(and(eq(apiKeys.workspaceId, workspaceId), isNull(apiKeys.revokedAt))),
    db
      .update(invitations)
      .set({ revokedAt: now() })
      .where(and(eq(invitations.workspaceId, workspaceId), isNull(invitations.acceptedAt), isNull(invitations.revokedAt))),
    // By id alone, and in the log of the installation: the workspace's own goes with it.
    recordChange(ctx, db, { action: "workspace.delete", targetId: workspaceId, workspaceId: installationId }),
    ...insertErasure(ctx, { type: "workspace.erase", input: { workspaceId } }),
  ];
}

const workspaceAt = ({ directory }: Context, workspaceId: string, version: number) =>
  directory
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), eq(workspaces.version, version)));

/**
 * What to throw when the statements lost: somebody else deleted the workspace, which `gone` says, or it is at another version.
 * @throws AppError `precondition_failed`
 */
export async function whyNotEnded(ctx: Context, workspaceId: string, { ifVersion, gone }: { ifVersion: number | undefined; gone: string }): Promise<AppError> {
  const living = await findLiving(ctx, workspaceId);
  if (living !== undefined) requireVersion(living, ifVersion);
  return new AppError("conflict", gone);
}
