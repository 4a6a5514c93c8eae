import { newId } from "../../../shared/platform/index.ts";
import { sampleOf } from "../../../shared/webhooks/catalogue/catalogue.ts";
import type { PublicEventType } from "../../../shared/webhooks/catalogue/public-event.ts";
import type { Shipment, Ticket } from "../../../shared/webhooks/kinds/kind.ts";

export const listId = "5abbe4b7ddc1b351ef961414";

/** What a tracker's endpoint needs, at an address. */
export const trackers = {
  jira: { credentials: { email: "ana@shop.example", token: "jira-token-of-ana" }, options: { projectKey: "SHOP" } },
  trello: { credentials: { key: "trello-key-of-ana", token: "trello-token-of-ana" }, options: { listId } },
} as const;
export type TrackerKind = keyof typeof trackers;

/** What a test wants of a shipment; a ticket was opened by an earlier delivery unless it says by which. */
export type ShipmentWishes = Partial<Omit<Shipment, "ticket">> & { readonly ticket?: (Ticket & { readonly openedBy?: string }) | null };

/** A delivery on its way to a tracker at `url`. */
export function ticketShipment(kind: TrackerKind, url: string, type: PublicEventType, { ticket = null, ...wishes }: ShipmentWishes = {}): Shipment {
  const now = Date.UTC(2026, 10, 20, 9);
  const { credentials, options } = trackers[kind];
  return {
    deliveryId: newId("delivery"),
    webhookId: newId("webhook"),
    ...sampleOf(type, newId("workspace"), now),
    target: { v: 1, url, headers: {}, credentials, secrets: [{ secret: "whsec_bm90LWEtc2VjcmV0LW5vdC1hLXNlY3JldA==", until: null }] },
    options,
    templated: undefined,
    language: "en",
    publicUrl: "https://mentha.example",
    mayHaveArrived: false,
    ticket: ticket === null ? null : { openedBy: newId("delivery", 0), ...ticket },
    now,
    ...wishes,
  };
}
