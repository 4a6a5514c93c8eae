import { and, eq, ne } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, recordEvent, requirePermission } from "../../platform/index.ts";
import type { Delivery } from "./schemas.ts";
import { anew, findDelivery, ofDelivery, toDelivery } from "./stored-delivery.ts";

/**
 * Has a delivery made again from the start, whatever became of it. What waits at a disabled endpoint is sent once that is enabled.
 * @throws AppError `not_found`; `conflict` for one that is not over
 */
export async function retryDelivery(ctx: Context, deliveryId: string): Promise<Delivery> {
  requirePermission(ctx, "webhooks:write");
  const { payload: _, ...row } = await findDelivery(ctx, deliveryId);
  const { webhookId, state, round } = row;
  if (state === "pending") throw notOver();
  const nextAttemptAt = ctx.now();
  const write = ctx.db
    .update(webhookDeliveries)
    .set(anew(nextAttemptAt))
    .where(and(ofDelivery(ctx, deliveryId), eq(webhookDeliveries.round, round), ne(webhookDeliveries.state, "pending")));
  await commitOr(
    ctx.db,
    [
      ...guarded(ctx.db, write),
      recordChange(ctx, ctx.db, { action: "webhook.retry", targetId: deliveryId, before: { state, round }, after: { state: "pending", round: round + 1 } }),
      recordEvent(ctx, "webhook.changed", { webhookId }),
    ],
    async () => {
      await findDelivery(ctx, deliveryId);
      return notOver();
    },
  );
  return toDelivery({ ...row, state: "pending", round: round + 1, nextAttemptAt, finishedAt: null });
}

const notOver = (): AppError =>
  new AppError("conflict", "This delivery is not over: more attempts are made by themselves. Ask again once it succeeded or failed.");
