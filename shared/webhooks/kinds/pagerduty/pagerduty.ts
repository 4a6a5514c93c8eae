import { messageOf } from "../../messages/message-of.ts";
import { failedBy, type StatusMeaning } from "../answer-verdict.ts";
import type { Kind } from "../kind.ts";
import { PagerdutyOptions } from "../settings.ts";
import { pagerdutyEvent } from "./pagerduty-event.ts";

/** 400 is final, as PagerDuty documents (docs/events-API-v2, Response Codes & Retry Logic; read 2026-11); a key that it does not know is one. */
const meanings: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [400, { says: "It does not take this event. Check that the integration key is the one of an Events API v2 integration.", retry: "never" }],
  [413, { says: "The event is too long for it.", retry: "never" }],
]);

const europe = "https://events.eu.pagerduty.com";

/** Events API v2 of PagerDuty. One that comes twice is the same alert, by its key. What comes later is about what came before, so the order is kept. */
export const pagerduty: Kind = {
  async deliver(shipment, ask) {
    const { routingKey = "" } = shipment.target.credentials;
    const { region } = PagerdutyOptions.parse(shipment.options);
    const answer = await ask({
      url: new URL("/v2/enqueue", region === "eu" ? europe : shipment.target.url).href,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(await pagerdutyEvent(messageOf(shipment), shipment, routingKey)),
    });
    if (answer.status === 202) return { is: "delivered" };
    return failedBy("PagerDuty", answer, shipment.now, meanings.get(answer.status));
  },
  afterUnknownMs: 0,
  isOrdered: true,
};
