import { and, eq, gt, gte, lt, type SQL, sql } from "drizzle-orm";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { AppError, type Context, dayMs, idsSince } from "../../platform/index.ts";
import { PublicEventType } from "../catalogue/public-event.ts";
import { type Delivery, Failure } from "./schemas.ts";

type DeliveryRow = typeof webhookDeliveries.$inferSelect;

/** The row of a delivery, if it is one of this workspace. */
export function ofDelivery({ workspaceId }: Pick<Context, "workspaceId">, deliveryId: string): SQL | undefined {
  return and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.workspaceId, workspaceId));
}

/** @throws AppError `not_found` also for another workspace's delivery */
export async function findDelivery({ db, workspaceId }: Pick<Context, "db" | "workspaceId">, deliveryId: string): Promise<DeliveryRow> {
  const row = await db.query.webhookDeliveries.findFirst({ where: ofDelivery({ workspaceId }, deliveryId) });
  if (row === undefined) throw new AppError("not_found", "There is no such delivery. They are kept for 30 days.");
  return row;
}

/** Deliveries of an endpoint whose events happened in a time, which their ids begin with. */
export function ofTime(
  { workspaceId, now }: Pick<Context, "workspaceId" | "now">,
  webhookId: string,
  { since, until }: { readonly since: number | undefined; readonly until: number | undefined },
): SQL | undefined {
  // No id can say a time that is far from now.
  const from = (time: number) => idsSince("delivery", Math.min(time, now() + dayMs));
  return and(
    eq(webhookDeliveries.workspaceId, workspaceId),
    eq(webhookDeliveries.webhookId, webhookId),
    since === undefined ? undefined : gte(webhookDeliveries.id, from(since)),
    until === undefined ? undefined : lt(webhookDeliveries.id, from(until)),
  );
}

/** What an endpoint's list shows of it. */
export function toDelivery(row: Omit<DeliveryRow, "payload">): Delivery {
  const { id, webhookId, eventId, type, subject, state, round, attempts, nextAttemptAt, failure, createdAt, finishedAt } = row;
  return {
    id,
    webhookId,
    eventId,
    type: PublicEventType.parse(type),
    subject,
    state,
    round,
    attempts,
    nextAttemptAt,
    failure: Failure.nullable().parse(failure),
    createdAt,
    finishedAt,
  };
}

/** A delivery that failed, and whose next attempt is a while off: none is under way then, and none is due. */
export function waitsForRetry(now: number): SQL | undefined {
  return and(eq(webhookDeliveries.state, "pending"), gt(webhookDeliveries.nextAttemptAt, now));
}

/** What is written of a delivery that is to be made again from the start. How many attempts there were, and why the last one failed, stays known. */
export const anew = (nextAttemptAt: number) => ({ state: "pending", round: sql`${webhookDeliveries.round} + 1`, nextAttemptAt, finishedAt: null }) as const;
