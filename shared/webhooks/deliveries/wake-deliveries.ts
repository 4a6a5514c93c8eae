import { and, asc, eq, inArray } from "drizzle-orm";
import { webhookDeliveries } from "../../db/schema/index.ts";
import type { Context, Statement } from "../../platform/index.ts";
import { isPending } from "./offer-pending.ts";
import { maxReplayed } from "./schemas.ts";
import { anew, waitsForRetry } from "./stored-delivery.ts";

/**
 * Has what waits at an endpoint to be tried again be due now, in a new round: its object takes nothing of a round that it knows. Of more than 10,000 the
 * others go out at their time.
 */
export function wakeDeliveries({ db, workspaceId, now }: Pick<Context, "db" | "workspaceId" | "now">, webhookId: string): Statement {
  const at = now();
  const { id } = webhookDeliveries;
  const waiting = db
    .select({ id })
    .from(webhookDeliveries)
    .where(and(isPending, eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.workspaceId, workspaceId), waitsForRetry(at)))
    .orderBy(asc(webhookDeliveries.nextAttemptAt))
    .limit(maxReplayed);
  return db.update(webhookDeliveries).set(anew(at)).where(inArray(id, waiting));
}
