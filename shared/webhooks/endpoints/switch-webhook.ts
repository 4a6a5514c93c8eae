import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { webhooks } from "../../db/schema/index.ts";
import { type Context, commitOr, guarded, recordEvent, requirePermission, versionClash } from "../../platform/index.ts";
import type { Webhook } from "./schemas.ts";
import { findWebhook, ofWebhook, toWebhook, type WebhookRow } from "./stored-webhook.ts";

/**
 * Lets an endpoint be sent to again, whatever disabled it; what waits goes out. One that is enabled stays as it is.
 * @throws AppError `not_found`; `conflict` when it was changed in the meantime
 */
export async function enableWebhook(ctx: Context, webhookId: string): Promise<Webhook> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  if (row.disabledAt === null) return toWebhook(row);
  return turn(ctx, row, "webhook.enable", { disabledAt: null, disabledFor: null });
}

/**
 * Sends nothing more to an endpoint until it is enabled; what waits is kept. One that is disabled stays as it is.
 * @throws AppError as `enableWebhook` does
 */
export async function disableWebhook(ctx: Context, webhookId: string): Promise<Webhook> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  if (row.disabledAt !== null) return toWebhook(row);
  return turn(ctx, row, "webhook.disable", { disabledAt: ctx.now(), disabledFor: "person" });
}

type Disabled = Pick<WebhookRow, "disabledAt" | "disabledFor">;

async function turn(ctx: Context, row: WebhookRow, action: "webhook.enable" | "webhook.disable", after: Disabled): Promise<Webhook> {
  const { id: webhookId, disabledAt, disabledFor } = row;
  const changes = { ...after, version: row.version + 1 };
  const write = ctx.db
    .update(webhooks)
    .set(changes)
    .where(and(ofWebhook(ctx, webhookId), eq(webhooks.version, row.version)));
  await commitOr(
    ctx.db,
    [
      ...guarded(ctx.db, write),
      recordChange(ctx, ctx.db, { action, targetId: webhookId, before: { disabledAt, disabledFor }, after: { ...after } }),
      recordEvent(ctx, "webhook.changed", { webhookId }),
    ],
    async () => {
      await findWebhook(ctx, webhookId);
      return versionClash(undefined);
    },
  );
  return toWebhook({ ...row, ...changes });
}
