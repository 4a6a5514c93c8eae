import { and, eq, isNull, notExists } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { type Context, refuseWhere, type Statement } from "../../platform/index.ts";

/** Aborts a batch of an operator who was suspended since their request was let in: of two who suspend each other at once, one may go on. */
export function refuseSuspendedOperator({ directory, actor }: Pick<Context, "directory" | "actor">): Statement {
  const standing = directory
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, actor.userId), isNull(users.suspendedAt)));
  return refuseWhere(directory, notExists(standing));
}
