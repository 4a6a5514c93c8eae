import { eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { workspaces } from "../../db/schema/index.ts";
import type { Language } from "../../platform/index.ts";

/** What whoever works for a workspace needs to know of it, when nobody asks. */
export interface WorkspaceStanding {
  readonly isSuspended: boolean;
  /** Of texts that nobody asked for in another language. */
  readonly language: Language;
}

/** How a workspace stands; null for one that is deleted. */
export async function findWorkspaceStanding(directory: Database, workspaceId: string): Promise<WorkspaceStanding | null> {
  const workspace = await directory.query.workspaces.findFirst({ columns: { suspendedAt: true, language: true }, where: eq(workspaces.id, workspaceId) });
  return workspace === undefined ? null : { isSuspended: workspace.suspendedAt !== null, language: workspace.language };
}
