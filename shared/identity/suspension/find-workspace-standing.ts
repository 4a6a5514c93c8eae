import { and, eq, exists, type SQL } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { members, workspaces } from "../../db/schema/index.ts";
import type { Language } from "../../platform/index.ts";

/** What whoever works for a workspace needs to know of it, when nobody asks. */
export interface WorkspaceStanding {
  readonly isSuspended: boolean;
  /** Of texts that nobody asked for in another language. */
  readonly language: Language;
}

/** For queries of workspaces: whether there is anybody in them. One in which nobody is any more is deleted: its row goes last. */
export const isPeopled = (directory: Database): SQL =>
  exists(directory.select({ userId: members.userId }).from(members).where(eq(members.workspaceId, workspaces.id)));

/** How a workspace stands; null for one that is deleted. */
export async function findWorkspaceStanding(directory: Database, workspaceId: string): Promise<WorkspaceStanding | null> {
  const [workspace] = await directory
    .select({ suspendedAt: workspaces.suspendedAt, language: workspaces.language })
    .from(workspaces)
    .where(and(eq(workspaces.id, workspaceId), isPeopled(directory)));
  return workspace === undefined ? null : { isSuspended: workspace.suspendedAt !== null, language: workspace.language };
}
