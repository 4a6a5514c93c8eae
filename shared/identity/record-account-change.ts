import { type Change, recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import type { Statement, VisitorContext } from "../platform/index.ts";

/**
 * The statement that records a change of somebody's account, for its batch. It belongs to no workspace, whoever asked for it: accounts are the
 * installation's. Whoever is not signed in proved to be the person.
 */
export function recordAccountChange(ctx: VisitorContext, userId: string, change: Pick<Change, "action" | "before" | "after">): Statement {
  return recordChange(ctx, ctx.directory, { ...change, targetId: userId, aboutUserId: userId, userId, workspaceId: installationId });
}
