import { and, eq } from "drizzle-orm";
import { notificationPreferences } from "../db/schema/index.ts";
import { type Context, commit, requirePermission, type Statement } from "../platform/index.ts";
import { usualChannels } from "./kinds.ts";
import { type ChangePreferencesInput, type NotificationPreferences, notificationTypes } from "./schemas.ts";

/** Of what the person is told in this workspace, and where: what they said, and of the rest what is usual. Of a key, its maker. */
export async function getPreferences(ctx: Context): Promise<NotificationPreferences> {
  requirePermission(ctx, "notifications:read");
  return readPreferences(ctx);
}

/** Types and channels that are not named stay as they are. It is in no audit log, as what somebody reads is not. */
export async function changePreferences(ctx: Context, { items }: ChangePreferencesInput): Promise<NotificationPreferences> {
  requirePermission(ctx, "notifications:write");
  await commit(
    ctx.directory,
    items.map((item) => upsert(ctx, item)),
  );
  return readPreferences(ctx);
}

function upsert({ directory, workspaceId, actor: { userId } }: Context, { type, inApp, email }: ChangePreferencesInput["items"][number]): Statement {
  const table = notificationPreferences;
  const usual = usualChannels(type);
  const insert = directory.insert(table).values({ workspaceId, userId, type, inApp: inApp ?? usual.inApp, email: email ?? usual.email });
  // What is not named is set to what it is.
  return insert.onConflictDoUpdate({
    target: [table.workspaceId, table.userId, table.type],
    set: { inApp: inApp ?? table.inApp, email: email ?? table.email },
  });
}

async function readPreferences({ directory, workspaceId, actor }: Context): Promise<NotificationPreferences> {
  const rows = await directory
    .select()
    .from(notificationPreferences)
    .where(and(eq(notificationPreferences.workspaceId, workspaceId), eq(notificationPreferences.userId, actor.userId)));
  const said = new Map(rows.map(({ type, inApp, email }) => [type, { inApp, email }]));
  return { items: notificationTypes.map((type) => ({ type, ...(said.get(type) ?? usualChannels(type)) })) };
}
