import { and, eq, ne, or } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { AppError, type Context, commitOr, guarded, recordEvent, requirePermission } from "../../platform/index.ts";
import type { Delivery } from "./schemas.ts";
import { anew, findDelivery, ofDelivery, toDelivery, waitsForRetry } from "./stored-delivery.ts";

/**
 * Has a delivery made again from the start, whatever became of it: also one that waits to be tried again. What waits at a disabled endpoint is sent once that
 * is enabled.
 * @throws AppError `not_found`; `conflict` for one that is due, or whose attempt is under way
 */
export async function retryDelivery(ctx: Context, deliveryId: string): Promise<Delivery> {
  requirePermission(ctx, "webhooks:write");
  const { payload: _, ...row } = await findDelivery(ctx, deliveryId);
  const { webhookId, state, round } = row;
  const nextAttemptAt = ctx.now();
  if (state === "pending" && (row.nextAttemptAt ?? 0) <= nextAttemptAt) throw isDue();
  const write = ctx.db
    .update(webhookDeliveries)
    .set(anew(nextAttemptAt))
    .where(and(ofDelivery(ctx, deliveryId), eq(webhookDeliveries.round, round), or(ne(webhookDeliveries.state, "pending"), waitsForRetry(nextAttemptAt))));
  await commitOr(
    ctx.db,
    [
      ...guarded(ctx.db, write),
      recordChange(ctx, ctx.db, { action: "webhook.retry", targetId: deliveryId, before: { state, round }, after: { state: "pending", round: round + 1 } }),
      recordEvent(ctx, "webhook.changed", { webhookId }),
    ],
    async () => {
      await findDelivery(ctx, deliveryId);
      return isDue();
    },
  );
  return toDelivery({ ...row, state: "pending", round: round + 1, nextAttemptAt, finishedAt: null });
}

const isDue = (): AppError =>
  new AppError("conflict", "This delivery is due already: an attempt is under way, or is made as soon as its endpoint lets it. Ask again once that is over.");
