import { and, desc, eq, gte, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { apiKeys, usage, users } from "../db/schema/index.ts";
import { AppError, type Context, dayMs, decodeCursor, pageOf, requirePermission } from "../platform/index.ts";
import { dayAt } from "./day-counts.ts";
import type { DayOfUsage, UsageList, UsageQuery } from "./usage-schemas.ts";

/** Days that are listed when nobody says which. */
const usualDays = 30;
const separator = " ";

/**
 * What the workspace's members and keys did by day, newest day first.
 * @throws AppError `invalid` when the first day is after the last
 */
export async function listUsage(ctx: Context, { from, to, limit, cursor }: UsageQuery): Promise<UsageList> {
  requirePermission(ctx, "usage:read");
  const last = to ?? dayAt(ctx.now());
  const first = from ?? dayAt(Date.parse(last) - (usualDays - 1) * dayMs);
  if (first > last) {
    const message = "The first day is after the last one.";
    throw new AppError("invalid", message, { errors: [{ path: "query.from", message }] });
  }
  const rows = await ctx.db
    .select()
    .from(usage)
    .where(and(eq(usage.workspaceId, ctx.workspaceId), gte(usage.day, first), lte(usage.day, last), cursor === undefined ? undefined : after(cursor)))
    .orderBy(desc(usage.day), desc(usage.principalId))
    .limit(limit + 1);
  const { items, ...rest } = pageOf(rows, limit, ({ day, principalId }) => `${day}${separator}${principalId}`);
  return { items: await named(ctx, items), ...rest };
}

/** What comes behind a place in the list. */
function after(cursor: string): SQL | undefined {
  const [day = "", principalId = ""] = decodeCursor(cursor, "string").split(separator);
  return or(lt(usage.day, day), and(eq(usage.day, day), lt(usage.principalId, principalId)));
}

/** With the names of keys and people, as they are now. */
async function named({ directory, workspaceId }: Context, rows: readonly (typeof usage.$inferSelect)[]): Promise<DayOfUsage[]> {
  if (rows.length === 0) return [];
  const isOneOf = (column: SQLiteColumn, ids: readonly string[]) => sql`${column} in (select value from json_each(${JSON.stringify([...new Set(ids)])}))`;
  const [keys, people] = await directory.batch([
    directory
      .select({ id: apiKeys.id, prefix: apiKeys.prefix, name: apiKeys.name })
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.workspaceId, workspaceId),
          isOneOf(
            apiKeys.id,
            rows.map(({ principalId }) => principalId),
          ),
        ),
      ),
    directory
      .select({ id: users.id, name: users.name, email: users.email })
      .from(users)
      .where(
        isOneOf(
          users.id,
          rows.map(({ userId }) => userId),
        ),
      ),
  ]);
  const keyOf = new Map(keys.map(({ id, prefix, name }) => [id, { prefix, name }]));
  const personOf = new Map(people.map((person) => [person.id, person]));
  return rows.map(({ day, principalId, userId, requests, errors, limited, audits }) => ({
    day,
    caller: { kind: isPerson(principalId) ? "session" : "key", key: keyOf.get(principalId) ?? null },
    user: personOf.get(userId) ?? { id: userId, name: null, email: null },
    requests,
    errors,
    limited,
    audits,
  }));
}

const isPerson = (principalId: string): boolean => principalId.startsWith("usr_");
