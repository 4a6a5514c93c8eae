import { env } from "cloudflare:workers";
import { and, asc, eq } from "drizzle-orm";
import type { Action } from "../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { auditLog } from "../../../shared/db/schema/index.ts";

/** What the audit log of a workspace tells, oldest first; of one action when it is named. */
export async function entriesOf(workspaceId: string, action?: Action) {
  return directoryDatabase(env)
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.workspaceId, workspaceId), action === undefined ? undefined : eq(auditLog.action, action)))
    .orderBy(asc(auditLog.seq));
}
