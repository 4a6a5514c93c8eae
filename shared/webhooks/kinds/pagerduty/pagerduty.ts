import { defineKind } from "../define-kind.ts";
import { failedBy, type StatusMeaning } from "../failed-by.ts";
import { messageOf } from "../message-of.ts";
import { kindSettings } from "../settings.ts";
import { pagerdutyEvent } from "./pagerduty-event.ts";

/** 400 is final, as PagerDuty documents (docs/events-API-v2, Response Codes & Retry Logic; read 2026-11); a key that it does not know is one. */
const meanings: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [400, { says: "It does not take this event. Check that the integration key is the one of an Events API v2 integration.", retry: "never" }],
  [413, { says: "The event is too long for it.", retry: "never" }],
]);

const europe = "https://events.eu.pagerduty.com";

/** Events API v2 of PagerDuty. One that comes twice is the same alert, by its key. What comes later is about what came before, so the order is kept. */
export const pagerduty = defineKind(kindSettings.pagerduty, {
  async deliver(shipment, ask, { credentials, options }) {
    const answer = await ask({
      url: new URL("/v2/enqueue", options.region === "eu" ? europe : shipment.target.url).href,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(await pagerdutyEvent(messageOf(shipment), shipment, credentials.routingKey)),
    });
    if (answer.status === 202) return { is: "delivered" };
    return failedBy("PagerDuty", answer, shipment.now, meanings.get(answer.status));
  },
  afterUnknownMs: 0,
  isOrdered: true,
});
