import { type ApiClient, ApiProblem } from "../../client/index.ts";
import type { Delivery, WebhookDetails } from "../../shared/webhooks/index.ts";
import { deliveryTable, type Listed } from "./delivery-table.ts";

/** Deliveries of which more is asked than the list says, the newest: each is a read, of which there are 120 a minute (docs/limits.md). */
const mostLookedAt = 20;
/** At once, so that twenty take about as long as four. */
const atOnce = 5;

/** Deliveries of one endpoint as a table that says of the newest what they are about and why they failed, and what those wait for that do. */
export async function deliveriesText(client: ApiClient, webhookId: string, deliveries: readonly Delivery[]): Promise<string> {
  const listed: Listed[] = [];
  for (let at = 0; at < Math.min(deliveries.length, mostLookedAt); at += atOnce) {
    const some = deliveries.slice(at, Math.min(at + atOnce, mostLookedAt));
    listed.push(...(await Promise.all(some.map(async (one) => ({ ...(await known(client.getDelivery(one.id))), ...one })))));
  }
  return deliveryTable([...listed, ...deliveries.slice(mostLookedAt)], await endpointOf(client, webhookId, deliveries));
}

/** The endpoint of deliveries when one of them waits for something that only the endpoint knows. */
export async function endpointOf(client: ApiClient, webhookId: string, deliveries: readonly Pick<Delivery, "state">[]): Promise<WebhookDetails | undefined> {
  return deliveries.some(({ state }) => state === "pending") ? known(client.getWebhook(webhookId)) : undefined;
}

/** What a server does not tell is left out: it is not what was asked for. */
async function known<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof ApiProblem) return undefined;
    throw thrown;
  }
}
