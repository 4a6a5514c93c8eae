import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { webhookDeliveries, webhooks, webhookTickets } from "../../../shared/db/schema/index.ts";
import { commit, newId } from "../../../shared/platform/index.ts";
import type { PublicEventType } from "../../../shared/webhooks/catalogue/public-event.ts";
import { ticketStatements } from "../../../shared/webhooks/deliveries/ticket-statements.ts";
import type { Shipment } from "../../../shared/webhooks/kinds/kind.ts";
import { makeAttempt } from "../../../shared/webhooks/sending/attempt.ts";
import { readParcels } from "../../../shared/webhooks/sending/read-parcels.ts";
import { type TrackerKind, ticketShipment } from "../unit/ticket-shipment.ts";
import { attemptDeps } from "./vendor.ts";

const db = directoryDatabase(env);
const subject = "finding:https://shop.example title-missing";
type Told = Parameters<typeof ticketStatements>[2];

/** An endpoint with its rows, to which events of one finding are sent one after the other: what an attempt reads and leaves behind is as in the pipeline. */
export async function trackerEndpoint(kind: TrackerKind, url: string) {
  const ids = { workspaceId: newId("workspace"), webhookId: newId("webhook") };
  const texts = { shownUrl: url, sealedTarget: "", headerNames: [], events: [], options: {}, createdBy: "usr_1" };
  await db.insert(webhooks).values({ id: ids.webhookId, workspaceId: ids.workspaceId, kind, ...texts, ordering: "per-subject", concurrency: 4, createdAt: 1 });

  const endpoint = {
    /** A delivery that is to be made. */
    async add(type: PublicEventType): Promise<string> {
      const id = newId("delivery");
      const rest = { eventId: newId("event"), type, subject, payload: "{}", state: "pending", createdAt: 1 } as const;
      await db.insert(webhookDeliveries).values({ id, ...ids, ...rest });
      return id;
    },
    /** The open ticket that is known when a delivery is made. */
    ticketOf: async (deliveryId: string) => (await readParcels(db, { ...ids, deliveryIds: [deliveryId] })).get(deliveryId)?.ticket ?? null,
    tell: (told: Told) => commit(db, ticketStatements(db, ids, told)),
    /** A new delivery, unless `wishes` name one that is to be made again. */
    async send(type: PublicEventType, wishes: Partial<Shipment> = {}) {
      const deliveryId = wishes.deliveryId ?? (await endpoint.add(type));
      const ticket = await endpoint.ticketOf(deliveryId);
      const shipment = ticketShipment(kind, url, type, { ...wishes, webhookId: ids.webhookId, deliveryId, ticket });
      const { result, startedAt, ms } = await makeAttempt(attemptDeps, kind, shipment);
      await endpoint.tell({ deliveryId, startedAt, ms, ticket: result.is === "delivered" ? (result.ticket ?? null) : null });
      return { result, shipment };
    },
    rows: () => db.select().from(webhookTickets).where(eq(webhookTickets.webhookId, ids.webhookId)),
  };
  return endpoint;
}
