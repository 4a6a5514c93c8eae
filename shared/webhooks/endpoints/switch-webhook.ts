import { recordChange } from "../../audit-log/index.ts";
import { type Context, requirePermission, type Statement } from "../../platform/index.ts";
import { wakeDeliveries } from "../deliveries/wake-deliveries.ts";
import { changeWebhook } from "./change-webhook.ts";
import type { Webhook } from "./schemas.ts";
import { findWebhook, toWebhook, type WebhookRow } from "./stored-webhook.ts";

/**
 * Lets an endpoint be sent to again, whatever disabled it; what waits goes out at once. One that is enabled stays as it is.
 * @throws AppError `not_found`; `conflict` when it was changed in the meantime
 */
export async function enableWebhook(ctx: Context, webhookId: string): Promise<Webhook> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  if (row.disabledAt === null) return toWebhook(row);
  return turn(ctx, row, "webhook.enable", { disabledAt: null, disabledFor: null }, [wakeDeliveries(ctx, webhookId)]);
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

type Switched = "webhook.enable" | "webhook.disable";

async function turn(ctx: Context, row: WebhookRow, action: Switched, after: Disabled, beside: readonly Statement[] = []): Promise<Webhook> {
  const { id: targetId, disabledAt, disabledFor } = row;
  const statements = () => [...beside, recordChange(ctx, ctx.db, { action, targetId, before: { disabledAt, disabledFor }, after: { ...after } })];
  return toWebhook(await changeWebhook(ctx, row, after, { statements }));
}
