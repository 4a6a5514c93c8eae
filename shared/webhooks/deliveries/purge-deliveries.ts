import { and, eq, exists, isNotNull, lte, notExists, or } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { webhookAttempts, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { dayMs, purgeRows } from "../../platform/index.ts";

/** So long people may look at what became of a delivery, and have it made again. */
const keptMs = 30 * dayMs;

/** Deletes deliveries that ended some time ago, or wait that long for an endpoint that is disabled, attempts of the same age, and those whose delivery is gone, of the rows whose turn it is. Returns how many. */
export async function purgeDeliveries(db: Database, now: number): Promise<number> {
  const until = now - keptMs;
  const isDisabled = exists(
    db
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(and(eq(webhooks.id, webhookDeliveries.webhookId), isNotNull(webhooks.disabledAt))),
  );
  const waitsInVain = and(eq(webhookDeliveries.state, "pending"), lte(webhookDeliveries.createdAt, until), isDisabled);
  const isOver = or(lte(webhookDeliveries.finishedAt, until), waitsInVain);
  const itsDelivery = db.select({ id: webhookDeliveries.id }).from(webhookDeliveries).where(eq(webhookDeliveries.id, webhookAttempts.deliveryId));
  // By their own time: whoever has something sent again keeps no answer longer.
  const isLeft = or(lte(webhookAttempts.startedAt, until), notExists(itsDelivery));
  return (await purgeRows(db, webhookAttempts, isLeft, now)) + (await purgeRows(db, webhookDeliveries, isOver, now));
}
