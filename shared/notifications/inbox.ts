import { and, eq, isNull, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { notifications } from "../db/schema/index.ts";
import { type Context, commit } from "../platform/index.ts";

// Somebody's notifications in one workspace. They are kept in the directory, beside the memberships that they end with.

/** The most that an inbox holds; the oldest make room. */
export const mostKept = 1_000;

/** Of a key, the inbox of its maker. */
export const ownInbox = ({ workspaceId, actor }: Pick<Context, "workspaceId" | "actor">): SQL | undefined => inboxOf(workspaceId, actor.userId);

const inboxOf = (workspaceId: string, userId: string): SQL | undefined => and(eq(notifications.workspaceId, workspaceId), eq(notifications.userId, userId));

export async function countUnread({ directory, ...ctx }: Pick<Context, "directory" | "workspaceId" | "actor">): Promise<number> {
  return directory.$count(notifications, and(ownInbox(ctx), isNull(notifications.readAt)));
}

/** How many each of these people has not read; removes what is more than an inbox holds. */
export async function tidyInboxes(directory: Database, workspaceId: string, userIds: readonly string[]): Promise<Map<string, number>> {
  const tallies = await tally(directory, workspaceId, userIds);
  const full = tallies.filter(({ total }) => total > mostKept);
  if (full.length === 0) return unreadOf(tallies);
  await commit(
    directory,
    full.map(({ userId }) =>
      directory.delete(notifications).where(and(inboxOf(workspaceId, userId), lt(notifications.id, oldestKept(directory, workspaceId, userId)))),
    ),
  );
  return unreadOf(await tally(directory, workspaceId, userIds));
}

const unreadOf = (tallies: Awaited<ReturnType<typeof tally>>) => new Map(tallies.map(({ userId, unread }) => [userId, unread]));

function tally(directory: Database, workspaceId: string, userIds: readonly string[]) {
  return directory
    .select({ userId: notifications.userId, total: sql<number>`count(*)`, unread: sql<number>`sum(${notifications.readAt} is null)` })
    .from(notifications)
    .where(and(eq(notifications.workspaceId, workspaceId), isOneOf(notifications.userId, userIds)))
    .groupBy(notifications.userId);
}

function oldestKept(directory: Database, workspaceId: string, userId: string): SQL {
  const ids = directory.select({ id: notifications.id }).from(notifications).where(inboxOf(workspaceId, userId));
  return sql`(${ids
    .orderBy(sql`${notifications.id} desc`)
    .limit(1)
    .offset(mostKept - 1)})`;
}
