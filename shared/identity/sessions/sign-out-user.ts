import { AppError, type Context, commitAsOperator, requirePermission } from "../../platform/index.ts";
import { endEverySession } from "./end-every-session.ts";

/**
 * Ends every session of somebody, for an operator: after a theft, or when a person is gone. API keys that they made go on.
 * @throws AppError `not_found` for a user that never was
 */
export async function signOutUser(ctx: Context, userId: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  ctx.rightsChanges.push({ workspaceId: null, userId, actorId: null });
  await commitAsOperator(ctx, ctx.directory, endEverySession(ctx, userId), async () => new AppError("not_found", "There is no such user."));
}
