import { and, desc, eq, lt } from "drizzle-orm";
import { members, users } from "../db/schema/index.ts";
import { type Context, decodeCursor, Id, pageOf, requirePermission } from "../platform/index.ts";
import { isIn } from "./list-workspaces.ts";
import type { ListUsersQuery, UserEntryList } from "./schemas.ts";

/** Who has an account, newest first, or who has an address. */
export async function listUsers(ctx: Context, { limit, cursor, email, state }: ListUsersQuery): Promise<UserEntryList> {
  requirePermission(ctx, "operations:read");
  const { directory: db } = ctx;
  const which = and(
    cursor === undefined ? undefined : lt(users.id, decodeCursor(cursor, Id("user"))),
    email === undefined ? undefined : eq(users.email, email),
    state === undefined ? undefined : isIn(users.suspendedAt, state),
  );
  const { id, name, isOperator, suspendedAt, createdAt } = users;
  const rows = await db
    .select({ id, email: users.email, name, isOperator, workspaces: db.$count(members, eq(members.userId, id)), suspendedAt, createdAt })
    .from(users)
    .where(which)
    .orderBy(desc(id))
    .limit(limit + 1);
  return pageOf(rows, limit, (row) => row.id);
}
