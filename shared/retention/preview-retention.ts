import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { insertJob } from "../jobs/index.ts";
import { type Context, commitAsOperator, newId, requirePermission } from "../platform/index.ts";
import type { RetentionRun } from "./schemas.ts";

/** Has counted what the next clean-up would delete, without deleting anything. It is done in the background; `getRetentionRun` says what came of it. */
export async function previewRetention(ctx: Context): Promise<RetentionRun> {
  requirePermission(ctx, "operations:write");
  const { directory: db, now, dueJobs } = ctx;
  const createdAt = now();
  const run: RetentionRun = { id: newId("job", createdAt), dryRun: true, state: "queued", at: null, counts: [], createdAt, updatedAt: createdAt };
  await commitAsOperator(ctx, db, [
    insertJob({ db, workspaceId: installationId, now, dueJobs }, { id: run.id, type: "retention.clean", input: { dryRun: true } }),
    recordChange(ctx, db, { action: "retention.preview", targetId: run.id, workspaceId: installationId }),
    ...(await keepAnswer(ctx, db, run)),
  ]);
  return run;
}
