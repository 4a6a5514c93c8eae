import { and, desc, eq, gte, lt, lte, or, type SQL } from "drizzle-orm";
import { z } from "zod";
import { findActors } from "../audit-log/index.ts";
import { usage } from "../db/schema/index.ts";
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
async function named(ctx: Context, rows: readonly (typeof usage.$inferSelect)[]): Promise<DayOfUsage[]> {
  const { people, keys } = await findActors(
    ctx,
    rows.map(({ principalId, userId }) => ({ actorId: principalId, userId })),
  );
  return rows.map(({ day, principalId, userId, requests, errors, limited, audits }) => ({
    day,
    caller: { kind: kindOf(principalId) === "user" ? "session" : "key", key: keys.get(principalId) ?? null },
    user: { id: userId, ...(people.get(userId) ?? { name: null, email: null }) },
    requests,
    errors,
    limited,
    audits,
  }));
}
