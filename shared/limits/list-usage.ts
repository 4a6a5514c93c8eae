import { and, desc, eq, gte, lt, lte, or, type SQL } from "drizzle-orm";
import { z } from "zod";
import { isMember } from "../db/is-member.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { apiKeys, usage, users } from "../db/schema/index.ts";
import { AppError, type Context, dayAt, dayMs, decodeCursor, Id, kindOf, pageOf, requirePermission } from "../platform/index.ts";
import type { DayOfUsage, UsageList, UsageQuery } from "./usage-schemas.ts";

/** Days that are listed when nobody says which. */
const usualDays = 30;
/** A row's place in the list: its day and its caller. */
const Place = z.tuple([z.iso.date(), z.union([Id("key"), Id("user")])]);

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
  const { items, ...rest } = pageOf(rows, limit, ({ day, principalId }) => [day, principalId]);
  return { items: await named(ctx, items), ...rest };
}

/** What comes behind a place in the list. */
function after(cursor: string): SQL | undefined {
  const [day, principalId] = decodeCursor(cursor, Place);
  return or(lt(usage.day, day), and(eq(usage.day, day), lt(usage.principalId, principalId)));
}

/** With the names of keys and of who is in the workspace, as they are now. */
async function named({ directory, workspaceId }: Context, rows: readonly (typeof usage.$inferSelect)[]): Promise<DayOfUsage[]> {
  if (rows.length === 0) return [];
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
        and(
          isOneOf(
            users.id,
            rows.map(({ userId }) => userId),
          ),
          isMember(directory, users.id, workspaceId),
        ),
      ),
  ]);
  const keyOf = new Map(keys.map(({ id, prefix, name }) => [id, { prefix, name }]));
  const personOf = new Map(people.map((person) => [person.id, person]));
  return rows.map(({ day, principalId, userId, requests, errors, limited, audits }) => ({
    day,
    caller: { kind: kindOf(principalId) === "user" ? "session" : "key", key: keyOf.get(principalId) ?? null },
    user: personOf.get(userId) ?? { id: userId, name: null, email: null },
    requests,
    errors,
    limited,
    audits,
  }));
}
