import type { webhookDeliveries } from "../../db/schema/index.ts";
import type { Offer } from "../schedule/endpoint.ts";

type DeliveryRow = typeof webhookDeliveries.$inferSelect;

/** What an endpoint's object is told of a delivery that waits. Ids of events begin with their time, so that they are the order of what happened. */
export const offerOf = ({
  id,
  round,
  subject,
  eventId,
  attempts,
  nextAttemptAt,
  createdAt,
}: Pick<DeliveryRow, "id" | "round" | "subject" | "eventId" | "attempts" | "nextAttemptAt" | "createdAt">): Offer => ({
  deliveryId: id,
  round,
  subject,
  order: eventId,
  attempts,
  dueAt: nextAttemptAt ?? createdAt,
});
