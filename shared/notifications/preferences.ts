import { and, eq } from "drizzle-orm";
import { members, notificationPreferences } from "../db/schema/index.ts";
import type { Role } from "../identity/index.ts";
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
  const role = await roleOf(ctx);
  await commit(
    ctx.directory,
    items.map((item) => upsert(ctx, role, item)),
  );
  return readPreferences(ctx);
}

function upsert(
  { directory, workspaceId, actor: { userId } }: Context,
  role: Role,
  { type, inApp, email }: ChangePreferencesInput["items"][number],
): Statement {
  const table = notificationPreferences;
  const usual = usualChannels(type, role);
  const insert = directory.insert(table).values({ workspaceId, userId, type, inApp: inApp ?? usual.inApp, email: email ?? usual.email });
  // What is not named is set to what it is.
  return insert.onConflictDoUpdate({
    target: [table.workspaceId, table.userId, table.type],
    set: { inApp: inApp ?? table.inApp, email: email ?? table.email },
  });
}

/** What is usual depends on it. Who left at this moment reads what is usual for the least. */
async function roleOf({ directory, workspaceId, actor: { userId } }: Context): Promise<Role> {
  const where = and(eq(members.workspaceId, workspaceId), eq(members.userId, userId));
  return (await directory.query.members.findFirst({ columns: { role: true }, where }))?.role ?? "dev";
}

async function readPreferences(ctx: Context): Promise<NotificationPreferences> {
  const { directory, workspaceId, actor } = ctx;
  const role = await roleOf(ctx);
  const rows = await directory
    .select()
    .from(notificationPreferences)
    .where(and(eq(notificationPreferences.workspaceId, workspaceId), eq(notificationPreferences.userId, actor.userId)));
  const said = new Map(rows.map(({ type, inApp, email }) => [type, { inApp, email }]));
  return { items: notificationTypes.map((type) => ({ type, ...(said.get(type) ?? usualChannels(type, role)) })) };
}
