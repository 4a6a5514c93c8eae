import { and, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { webhookDeliveries, webhooks, webhookTickets } from "../../db/schema/index.ts";
import type { OpenTicket } from "../kinds/kind.ts";
import type { DeliveryMessage } from "../schedule/endpoint.ts";
import type { WebhookKind } from "../webhook-kind.ts";

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
  readonly ticket: OpenTicket | null;
}

/** A parcel as it was read just now. */
export interface StoredParcel extends Parcel {
  /** Since when nothing is sent to its endpoint, ms since 1970; null while it is enabled. */
  readonly disabledAt: number | null;
}

/** Building the question takes longer than many an answer: it is built once for each database. */
const prepared = new WeakMap<Database, ReturnType<typeof prepare>>();

/** The deliveries that a message names, by id, each with its endpoint; those that are gone, or whose endpoint is, are absent. */
export async function readParcels(
  db: Database,
  { workspaceId, webhookId, deliveryIds }: Pick<DeliveryMessage, "workspaceId" | "webhookId" | "deliveryIds">,
): Promise<ReadonlyMap<string, StoredParcel>> {
  const question = prepared.get(db) ?? prepare(db);
  prepared.set(db, question);
  const rows = await question.all({ workspaceId, webhookId, deliveryIds: JSON.stringify(deliveryIds) });
  return new Map(rows.map((row) => [row.deliveryId, row]));
}

function prepare(db: Database) {
  const { id: deliveryId, subject, payload } = webhookDeliveries;
  const { kind, sealedTarget, options, template, disabledAt } = webhooks;
  const { ticketId, ticketKey, url, deliveryId: openedBy } = webhookTickets;
  const ofSubject = and(
    eq(webhookTickets.webhookId, webhooks.id),
    eq(webhookTickets.subject, webhookDeliveries.subject),
    eq(webhookTickets.workspaceId, webhooks.workspaceId),
    isNull(webhookTickets.closedAt),
  );
  const given = (name: string) => sql.placeholder(name);
  return db
    .select({
      deliveryId,
      webhookId: webhooks.id,
      kind,
      sealedTarget,
      options,
      template,
      disabledAt,
      subject,
      payload,
      ticket: { ticketId, ticketKey, url, openedBy },
    })
    .from(webhookDeliveries)
    .innerJoin(webhooks, and(eq(webhooks.id, webhookDeliveries.webhookId), eq(webhooks.workspaceId, webhookDeliveries.workspaceId)))
    .leftJoin(webhookTickets, ofSubject)
    .where(
      and(
        sql`${webhookDeliveries.id} in (select value from json_each(${given("deliveryIds")}))`,
        eq(webhookDeliveries.workspaceId, given("workspaceId")),
        eq(webhookDeliveries.webhookId, given("webhookId")),
      ),
    )
    .prepare();
}
