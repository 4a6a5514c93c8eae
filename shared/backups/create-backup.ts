import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { insertJob } from "../jobs/index.ts";
import { type Context, commitAsOperator, newId, requirePermission } from "../platform/index.ts";
import type { BackupState } from "./schemas.ts";

/** Asks for a backup now, for an operator. It deletes none: how many are kept is said where they are made by themselves. */
export async function createBackup(ctx: Context): Promise<BackupState> {
  requirePermission(ctx, "operations:write");
  const { directory: db, now, dueJobs } = ctx;
  const id = newId("job", now());
  const answer: BackupState = { id, state: "making", backup: null };
  await commitAsOperator(ctx, db, [
    insertJob({ db, workspaceId: installationId, now, dueJobs }, { id, type: "backup.make", input: { keep: null } }),
    recordChange(ctx, db, { action: "backup.create", targetId: id, workspaceId: installationId }),
    ...(await keepAnswer(ctx, db, answer)),
  ]);
  return answer;
}
