import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { members, notificationPreferences, users, workspaces } from "../db/schema/index.ts";
import type { Language } from "../platform/index.ts";
import { type Channels, usualChannels } from "./kinds.ts";
import type { NotificationType } from "./schemas.ts";

/** Somebody to tell, and where they want to hear of it. */
export interface Reader extends Channels {
  readonly userId: string;
  readonly address: string;
  readonly language: Language;
  readonly timeZone: string;
  readonly workspaceName: string;
}

/** Members of a workspace who are to hear of a type, with what they said of it: one query for all of them. Nobody who is suspended, nor in a workspace that is. */
export async function findReaders(directory: Database, workspaceId: string, type: NotificationType, who: SQL | undefined): Promise<Reader[]> {
  const { inApp, email } = notificationPreferences;
  const theirs = and(
    eq(notificationPreferences.workspaceId, members.workspaceId),
    eq(notificationPreferences.userId, members.userId),
    eq(notificationPreferences.type, type),
  );
  const rows = await directory
    .select({
      userId: members.userId,
      role: members.role,
      address: users.email,
      ownLanguage: users.language,
      language: workspaces.language,
      timeZone: workspaces.timeZone,
      workspaceName: workspaces.name,
      inApp,
      email,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .leftJoin(notificationPreferences, theirs)
    .where(and(eq(members.workspaceId, workspaceId), isNull(users.suspendedAt), isNull(workspaces.suspendedAt), who));
  return rows.map(({ ownLanguage, role, ...row }) => {
    const usual = usualChannels(type, role);
    return { ...row, language: ownLanguage ?? row.language, inApp: row.inApp ?? usual.inApp, email: row.email ?? usual.email };
  });
}
