import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { webhooks } from "../../db/schema/index.ts";
import { insertJob, type JobExecutor } from "../../jobs/index.ts";
import { type Context, commitOr, guarded, newId, requirePermission, requireVersion, versionClash } from "../../platform/index.ts";
import { eraseWebhook } from "./erase-webhook.ts";
import { findWebhook, loggedUrl, ofWebhook } from "./stored-webhook.ts";

/**
 * Deletes an endpoint, with its secrets, at once; its deliveries, its tickets and what its object knows follow in the background. `ifVersion` is the
 * version that the caller has seen, when it must be that one.
 * @throws AppError `not_found`, also when somebody else deleted it at the same time; `precondition_failed` when it is at another version
 */
export async function deleteWebhook(ctx: Context, webhookId: string, ifVersion?: number): Promise<void> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  requireVersion(row, ifVersion);
  const { name, kind, shownUrl, events } = row;
  const asSeen = and(ofWebhook(ctx, webhookId), ifVersion === undefined ? undefined : eq(webhooks.version, ifVersion));
  await commitOr(
    ctx.db,
    [
      ...guarded(ctx.db, ctx.db.delete(webhooks).where(asSeen)),
      recordChange(ctx, ctx.db, { action: "webhook.delete", targetId: webhookId, before: { name, kind, url: loggedUrl(shownUrl), events } }),
      insertJob(ctx, { id: newId("job", ctx.now()), type: "webhook.purge", input: { webhookId } }),
    ],
    async () => {
      await findWebhook(ctx, webhookId);
      return versionClash(ifVersion);
    },
  );
}

/** The executor of `webhook.purge`: removes what is left of a deleted endpoint. */
export function purgeWebhookWith(deps: Pick<Parameters<typeof eraseWebhook>[0], "endpoints">): JobExecutor<"webhook.purge"> {
  return async ({ db, workspaceId, input: { webhookId } }) => {
    const progress = await eraseWebhook({ ...deps, db }, workspaceId, webhookId);
    return { done: progress === 0, progress };
  };
}
