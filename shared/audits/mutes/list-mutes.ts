import { and, eq } from "drizzle-orm";
import { mutes } from "../../db/schema/index.ts";
import { type Context, pageOf, requirePermission, timeOrder } from "../../platform/index.ts";
import type { ListMutesQuery, MuteList } from "./schemas.ts";
import { toMute } from "./stored-mute.ts";

/** The workspace's mutes by when they were made, those that are over included. */
export async function listMutes(ctx: Context, query: ListMutesQuery): Promise<MuteList> {
  requirePermission(ctx, "audits:read");
  const { limit, rule } = query;
  const { rest, orderBy, order } = timeOrder(mutes.id, "mute", query);
  const where = and(eq(mutes.workspaceId, ctx.workspaceId), rule === undefined ? undefined : eq(mutes.ruleId, rule), rest);
  const rows = await ctx.db.query.mutes.findMany({ where, orderBy, limit: limit + 1 });
  const { items, ...next } = pageOf(rows, limit, ({ id }) => id, order);
  const now = ctx.now();
  return { items: items.map((row) => toMute(row, now)), ...next };
}
