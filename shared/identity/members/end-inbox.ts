import { and, eq } from "drizzle-orm";
import { isOneOf } from "../../db/is-one-of.ts";
import { notificationPreferences, notifications } from "../../db/schema/index.ts";
import type { Statement, VisitorContext } from "../../platform/index.ts";

/** The statements that delete what somebody was told as a member of these workspaces, and where they wanted to be told; they belong in the batch that ends the memberships. */
export function endInboxOf({ directory }: Pick<VisitorContext, "directory">, userId: string, workspaceIds: readonly string[]): Statement[] {
  return [notifications, notificationPreferences].map((table) =>
    directory.delete(table).where(and(isOneOf(table.workspaceId, workspaceIds), eq(table.userId, userId))),
  );
}
