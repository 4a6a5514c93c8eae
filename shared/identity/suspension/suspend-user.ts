import { and, eq, isNull } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { AppError, type Context, commitAsOperator, guarded, requirePermission } from "../../platform/index.ts";
import { recordAccountChange } from "../record-account-change.ts";
import type { SuspendInput } from "./schemas.ts";
import { unlessDone } from "./unless-done.ts";

/**
 * Keeps somebody from doing anything, for an operator: with sessions and with API keys, in every workspace, from the next request on. Nothing of theirs
 * ends, so that all of it is good again once they are resumed. Who is suspended already stays so, since when they were.
 * @throws AppError `not_found`, `conflict` for oneself
 */
export async function suspendUser(ctx: Context, userId: string, { reason }: SuspendInput): Promise<void> {
  requirePermission(ctx, "operations:write");
  if (ctx.actor.userId === userId) throw new AppError("conflict", "This is your own account. Have another operator suspend it.");
  const { directory: db } = ctx;
  const isSuspended = async () => (await readSuspension(ctx, userId)) !== null;
  const isSuspendedAlready = await isSuspended();
  // Also where it was done before: whoever sends this again because no answer came may have left connections open.
  ctx.rightsChanges.push({ workspaceId: null, userId, actorId: null });
  if (isSuspendedAlready) return;
  const suspendedAt = ctx.now();
  const write = db
    .update(users)
    .set({ suspendedAt })
    .where(and(eq(users.id, userId), isNull(users.suspendedAt)));
  const after = { suspendedAt, ...(reason === undefined ? {} : { reason }) };
  const statements = [...guarded(db, write), recordAccountChange(ctx, userId, { action: "user.suspend", before: { suspendedAt: null }, after })];
  await unlessDone(isSuspended, () => commitAsOperator(ctx, db, statements));
}

/** Since when somebody is suspended; null when they are not. @throws AppError `not_found` */
export async function readSuspension({ directory }: Pick<Context, "directory">, userId: string): Promise<number | null> {
  const user = await directory.query.users.findFirst({ columns: { suspendedAt: true }, where: eq(users.id, userId) });
  if (user === undefined) throw new AppError("not_found", "There is no such user.");
  return user.suspendedAt;
}
