import { and, desc, gt, inArray, lt, lte, type SQL } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { broadcasts } from "../db/schema/index.ts";
import { roles } from "../identity/index.ts";
import { type Context, decodeCursor, Id, pageOf, requirePermission } from "../platform/index.ts";
import type { Audience, Broadcast, BroadcastList, ListBroadcastsQuery } from "./schemas.ts";
import { toBroadcast } from "./stored-broadcast.ts";

/** More than anybody would read. */
const mostShown = 50;

/** What is shown at `now` (ms) to those who connect to a workspace, in whatever role: the newest 50, oldest first. */
export async function findBroadcasts(db: Database, workspaceId: string, now: number): Promise<Broadcast[]> {
  const isMeant = inArray(broadcasts.audience, ["everyone", `workspace:${workspaceId}`, ...roles.map((role) => `role:${role}` as const)] satisfies Audience[]);
  const rows = await db
    .select()
    .from(broadcasts)
    .where(and(gt(broadcasts.expiresAt, now), isMeant))
    .orderBy(desc(broadcasts.id))
    .limit(mostShown);
  return rows.reverse().map(toBroadcast);
}

/** What operators told people, newest first, also what has ended, until it is removed a month later. */
export async function listBroadcasts(ctx: Context, { limit, cursor, state }: ListBroadcastsQuery): Promise<BroadcastList> {
  requirePermission(ctx, "operations:read");
  const { directory: db } = ctx;
  const now = ctx.now();
  const before = cursor === undefined ? undefined : lt(broadcasts.id, decodeCursor(cursor, Id("broadcast")));
  const rows = await db
    .select()
    .from(broadcasts)
    .where(and(before, state === undefined ? undefined : isIn[state](now)))
    .orderBy(desc(broadcasts.id))
    .limit(limit + 1);
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map((row) => ({ ...toBroadcast(row), createdBy: row.createdBy, state: row.expiresAt > now ? "current" : "ended" })), ...rest };
}

const isIn: Readonly<Record<"current" | "ended", (now: number) => SQL>> = {
  current: (now) => gt(broadcasts.expiresAt, now),
  ended: (now) => lte(broadcasts.expiresAt, now),
};
