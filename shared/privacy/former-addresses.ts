import { and, eq, ne, notExists, sql } from "drizzle-orm";
import { installationId } from "../db/client.ts";
import { auditLog, users } from "../db/schema/index.ts";
import type { VisitorContext } from "../platform/index.ts";

/** As many as a job takes beside the present one. */
const mostFormer = 99;

/** Addresses that an account had before, as far as the log tells, and that nobody else has by now. */
export async function formerAddresses({ directory: db }: VisitorContext, { id, email }: { readonly id: string; readonly email: string }): Promise<string[]> {
  const before = sql<string>`${auditLog.details} ->> '$.before.email'`;
  const owner = db.select({ id: users.id }).from(users).where(eq(users.email, before));
  const rows = await db
    .selectDistinct({ address: before })
    .from(auditLog)
    .where(
      and(
        eq(auditLog.workspaceId, installationId),
        eq(auditLog.targetId, id),
        eq(auditLog.action, "user.verify-email"),
        sql`${before} is not null`,
        ne(before, email),
        notExists(owner),
      ),
    )
    .limit(mostFormer);
  return rows.map(({ address }) => address);
}
