import type { ApiClient } from "../../client/index.ts";
import type { Delivery } from "../../shared/webhooks/index.ts";
import { askLine } from "../ask.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";
import type { Action, Outcome } from "./action.ts";
import { deliveriesFlags, deliveriesOf, deliveryIn, type ReplayTask, replayFlags, replayOf } from "./delivery-options.ts";
import { deliveryDetails, deliveryTable, deliveryText, many } from "./delivery-text.ts";
import { webhookNamed } from "./find-webhook.ts";
import { webhookIn } from "./webhook-options.ts";

export const deliveryActions = {
  deliveries: {
    usage: "deliveries ENDPOINT",
    summary: "Show what was sent to an endpoint, or is to be, newest first",
    flags: deliveriesFlags,
    prepare: (given, now) => {
      const typed = webhookIn(given);
      const { limit, filter } = deliveriesOf(given, now);
      return async (client, { signal }) => {
        const found: Delivery[] = [];
        for await (const delivery of client.listDeliveries(await webhookNamed(client, typed), filter, signal)) {
          found.push(delivery);
          if (found.length === limit) break;
        }
        if (found.length === 0) return { text: "", json: found, note: "No such deliveries." };
        return { text: deliveryTable(found), json: found };
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
        return { text: deliveryDetails(found), json: found };
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
  if (!isPreview && !isSure && !terminal.stdin.isTTY) throw new UsageError("Nobody can be asked here. Say --yes to send again, or --preview to count.");
  const id = await webhookNamed(client, typed);
  const counted = await client.replayDeliveries(id, { ...which, preview: true });
  if (isPreview) return { text: `${many(counted.count)} would be sent again.\n`, json: counted };
  if (counted.count === 0) return { text: "", json: counted, note: "There is nothing to send again." };
  if (!isSure && !/^y(?:es)?$/i.test(await askLine(terminal, `Send ${many(counted.count)} again? (yes or no): `))) {
    return { text: "", json: counted, note: "Nothing is sent again." };
  }
  const sent = await client.replayDeliveries(id, which);
  return { text: "", json: sent, note: `${many(sent.count)} ${sent.count === 1 ? "is" : "are"} sent again.` };
}
