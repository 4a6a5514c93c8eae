import { and, isNull, type SQL } from "drizzle-orm";
import { users, workspaces } from "../../db/schema/index.ts";
import { AppError } from "../../platform/index.ts";

/** Since when somebody, and the workspace that they mean, may do nothing (ms, UTC); null while they may. */
export interface Standing {
  readonly userSuspendedAt: number | null;
  readonly workspaceSuspendedAt: number | null;
}

/** What a query selects that finds out who asks: a person, or the one who made a key, and the workspace that is meant. */
export const standingColumns = { userSuspendedAt: users.suspendedAt, workspaceSuspendedAt: workspaces.suspendedAt };

/** For queries that have joined both: whether neither is suspended. */
export const isActive: SQL | undefined = and(isNull(users.suspendedAt), isNull(workspaces.suspendedAt));

// The one place that says whether somebody may act, and in a workspace: sessions, API keys, sign-ins and tickets for sockets ask here. Only who proved who
// they are is told: until then, nothing may differ.

/** @throws AppError `forbidden` */
export function requireStanding({ userSuspendedAt, workspaceSuspendedAt }: Standing): void {
  requireActivePerson(userSuspendedAt);
  requireActiveWorkspace(workspaceSuspendedAt);
}

/** @throws AppError `forbidden` */
export function requireActivePerson(suspendedAt: number | null): void {
  if (suspendedAt === null) return;
  throw new AppError("forbidden", "This account is suspended: nothing can be done with it until an operator of this installation resumes it. Ask them.");
}

/** @throws AppError `forbidden`, which tells an operator who signed in how to resume it */
export function requireActiveWorkspace(suspendedAt: number | null, { isOperator } = { isOperator: false }): void {
  if (suspendedAt === null) return;
  const way = isOperator ? "As an operator, resume it without naming a workspace in X-Workspace: POST /api/admin/workspaces/{id}/resume." : "Ask them.";
  throw new AppError("forbidden", `This workspace is suspended: nothing can be read or done in it until an operator of this installation resumes it. ${way}`);
}
