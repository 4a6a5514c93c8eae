import { eq } from "drizzle-orm";
import { users } from "../db/schema/index.ts";
import { AppError, type Context, commitAsOperator, requirePermission } from "../platform/index.ts";
import { deletePerson } from "./delete-person.ts";

/**
 * Deletes somebody's account as `deleteMe` does, for an operator. One's own takes the password.
 * @throws AppError `not_found`, `conflict` for the last admin of a workspace and for oneself
 */
export async function deleteUser(ctx: Context, userId: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  if (ctx.actor.userId === userId) throw new AppError("conflict", "This is your own account. Delete it at DELETE /api/v1/me, which takes your password.");
  const user = await ctx.directory.query.users.findFirst({ columns: { id: true, email: true }, where: eq(users.id, userId) });
  if (user === undefined) throw new AppError("not_found", "There is no such user.");
  await deletePerson(ctx, user, { commitWith: (...batch) => commitAsOperator(ctx, ...batch) });
}
