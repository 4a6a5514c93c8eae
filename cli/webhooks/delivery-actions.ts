import type { ApiClient } from "../../client/index.ts";
import type { Delivery, Replay } from "../../shared/webhooks/index.ts";
import type { Action, Outcome } from "../action.ts";
import { agrees, requireSomebody } from "../sure.ts";
import type { Terminal } from "../terminal.ts";
import { deliveriesFlags, deliveriesOf, deliveryIn, type ReplayTask, replayFlags, replayOf } from "./delivery-options.ts";
import { deliveryDetails, deliveryText, many } from "./delivery-text.ts";
import { webhookNamed } from "./find-webhook.ts";
import { deliveriesText, endpointOf } from "./look-at-deliveries.ts";
import { webhookIn } from "./webhook-options.ts";

export const deliveryActions = {
  deliveries: {
    usage: "deliveries ENDPOINT",
    summary: "Show what was sent to an endpoint, or is to be, newest first",
    flags: deliveriesFlags,
    prepare: (given, now) => {
      const typed = webhookIn(given);
      const { limit, filter } = deliveriesOf(given, now);
      const isForPeople = !given.has("json");
      return async (client, { signal }) => {
        const id = await webhookNamed(client, typed);
        const found: Delivery[] = [];
        for await (const delivery of client.listDeliveries(id, filter, signal)) {
          found.push(delivery);
          if (found.length === limit) break;
        }
        if (found.length === 0) return { text: "", json: found, note: "No such deliveries." };
        return { text: isForPeople ? await deliveriesText(client, id, found) : "", json: found };
      };
    },
  },
  delivery: {
    usage: "delivery DELIVERY",
    summary: "Show a delivery with its attempts",
    flags: {},
    prepare: (given) => {
      const id = deliveryIn(given);
      return async (client) => {
        const found = await client.getDelivery(id);
        return { text: deliveryDetails(found, await endpointOf(client, found.webhookId, [found])), json: found };
      };
    },
  },
  retry: {
    usage: "retry DELIVERY",
    summary: "Send one again that succeeded or failed for good",
    flags: {},
    prepare: (given) => {
      const id = deliveryIn(given);
      return async (client) => {
        const again = await client.retryDelivery(id);
        return { text: "", json: again, note: `It is sent again: ${deliveryText(again)}.` };
      };
    },
  },
  replay: {
    usage: "replay ENDPOINT --since TIME",
    summary: "Send again what failed for good since a time",
    flags: replayFlags,
    prepare: (given, now) => {
      const typed = webhookIn(given);
      const task = replayOf(given, now);
      return (client, terminal) => replay(client, typed, task, terminal);
    },
  },
} as const satisfies Record<string, Action>;

async function replay(client: ApiClient, typed: string, { which, isPreview, isSure }: ReplayTask, terminal: Terminal): Promise<Outcome> {
  requireSomebody(terminal, isSure || isPreview, "Say --yes to send again, or --preview to count.");
  const id = await webhookNamed(client, typed);
  const counted = await client.replayDeliveries(id, { ...which, preview: true });
  if (isPreview) return { text: `${many(counted.count)} would be sent again${onceEnabled(counted)}.\n`, json: counted };
  if (counted.count === 0) return { text: "", json: counted, note: "There is nothing to send again." };
  if (!isSure && !(await agrees(terminal, `Send ${many(counted.count)} again${onceEnabled(counted)}?`))) {
    return { text: "", json: counted, note: "Nothing is sent again." };
  }
  const sent = await client.replayDeliveries(id, which);
  const enable = sent.waits ? `\nEnable it: mentha webhooks enable ${id}` : "";
  return { text: "", json: sent, note: `${many(sent.count)} ${sent.count === 1 ? "is" : "are"} sent again${onceEnabled(sent)}.${enable}` };
}

const onceEnabled = ({ waits }: Pick<Replay, "waits">): string => (waits ? " once the endpoint is enabled, which is disabled now" : "");
