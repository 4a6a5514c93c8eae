import { and, asc, eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { webhookAttempts, webhookDeliveries, webhooks, webhookTickets } from "../../db/schema/index.ts";
import type { Endpoints } from "../schedule/endpoint.ts";

const deliveriesPerSlice = 200;

/**
 * Removes some of what is kept of an endpoint, its own row last; answers how many rows there were, 0 once there is nothing left. Its object is cleared
 * first each time, so that it writes nothing of what is removed.
 */
export async function eraseWebhook(
  { db, endpoints }: { readonly db: Database; readonly endpoints: Pick<Endpoints, "clear"> },
  workspaceId: string,
  webhookId: string,
): Promise<number> {
  await endpoints.clear(webhookId);
  const own = and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.workspaceId, workspaceId));
  const some = await db.select({ id: webhookDeliveries.id }).from(webhookDeliveries).where(own).orderBy(asc(webhookDeliveries.id)).limit(deliveriesPerSlice);
  if (some.length > 0) {
    const ids = some.map(({ id }) => id);
    await db.batch([
      db.delete(webhookAttempts).where(isOneOf(webhookAttempts.deliveryId, ids)),
      db.delete(webhookDeliveries).where(isOneOf(webhookDeliveries.id, ids)),
    ]);
    return some.length;
  }
  const [tickets, rows] = await db.batch([
    db.delete(webhookTickets).where(and(eq(webhookTickets.webhookId, webhookId), eq(webhookTickets.workspaceId, workspaceId))),
    db.delete(webhooks).where(and(eq(webhooks.id, webhookId), eq(webhooks.workspaceId, workspaceId))),
  ]);
  return tickets.meta.changes + rows.meta.changes;
}
