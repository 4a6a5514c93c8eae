import { and, eq, isNull } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { webhookDeliveries, webhooks, webhookTickets } from "../../db/schema/index.ts";
import type { Ticket } from "../kinds/kind.ts";
import type { WebhookKind } from "../kinds/target.ts";
import type { DeliveryMessage } from "../schedule/endpoint.ts";

/** A delivery and its endpoint, as they are stored. */
export interface Parcel {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly kind: WebhookKind;
  readonly sealedTarget: string;
  readonly options: unknown;
  readonly template: string | null;
  readonly subject: string;
  /** A `PublicEvent` as JSON. */
  readonly payload: string;
  /** The open ticket of the subject. */
  readonly ticket: Ticket | null;
}

/** The deliveries that a message names, by id, each with its endpoint; those that are gone, or whose endpoint is, are absent. */
export async function readParcels(
  db: Database,
  { workspaceId, webhookId, deliveryIds }: Pick<DeliveryMessage, "workspaceId" | "webhookId" | "deliveryIds">,
): Promise<ReadonlyMap<string, Parcel>> {
  const { id: deliveryId, subject, payload } = webhookDeliveries;
  const { kind, sealedTarget, options, template } = webhooks;
  const { ticketId, ticketKey, url } = webhookTickets;
  const ofSubject = and(
    eq(webhookTickets.webhookId, webhooks.id),
    eq(webhookTickets.subject, webhookDeliveries.subject),
    eq(webhookTickets.workspaceId, webhooks.workspaceId),
    isNull(webhookTickets.closedAt),
  );
  const rows = await db
    .select({ deliveryId, webhookId: webhooks.id, kind, sealedTarget, options, template, subject, payload, ticket: { ticketId, ticketKey, url } })
    .from(webhookDeliveries)
    .innerJoin(webhooks, and(eq(webhooks.id, webhookDeliveries.webhookId), eq(webhooks.workspaceId, webhookDeliveries.workspaceId)))
    .leftJoin(webhookTickets, ofSubject)
    .where(and(isOneOf(webhookDeliveries.id, deliveryIds), eq(webhookDeliveries.workspaceId, workspaceId), eq(webhookDeliveries.webhookId, webhookId)));
  return new Map(rows.map((row) => [row.deliveryId, row]));
}
