import type { z } from "zod";
import {
  CreatedWebhook,
  type CreateWebhookInput,
  Delivery,
  DeliveryDetails,
  DeliveryList,
  type ListDeliveriesQuery,
  type ListWebhooksQuery,
  Replay,
  type ReplayInput,
  RotatedSecret,
  type RotateSecretInput,
  type TestWebhookInput,
  type UpdateWebhookInput,
  Webhook,
  WebhookDetails,
  WebhookList,
  WebhookTest,
} from "../shared/webhooks/index.ts";
import { type Connection, type EditOptions, everyItem, ifMatch, pathOf, queryOf } from "./connection.ts";

/** Where a workspace's events are sent, and what became of that. */
export interface WebhookCalls {
  /** Newest first; asked for page by page while they are read. */
  listWebhooks(filter?: Partial<Pick<ListWebhooksQuery, "kind" | "projectId" | "enabled">>, signal?: AbortSignal): AsyncGenerator<Webhook, void>;
  /** With how it is doing. */
  getWebhook(id: string): Promise<WebhookDetails>;
  /** The answer alone has the secret: keep it, it is shown this once. */
  createWebhook(input: z.input<typeof CreateWebhookInput>): Promise<CreatedWebhook>;
  updateWebhook(id: string, input: z.input<typeof UpdateWebhookInput>, options?: EditOptions): Promise<Webhook>;
  deleteWebhook(id: string, options?: EditOptions): Promise<void>;
  /** Sends a sample, or the event of a past delivery, once and at once. Resolves with what came of it, also when that is a failure. */
  testWebhook(id: string, input?: z.input<typeof TestWebhookInput>): Promise<WebhookTest>;
  /** A new secret in the place of the newest, which signs too for 24 hours unless it is to end now. */
  rotateWebhookSecret(id: string, input?: z.input<typeof RotateSecretInput>): Promise<RotatedSecret>;
  /** What waits is sent at once. */
  enableWebhook(id: string): Promise<Webhook>;
  disableWebhook(id: string): Promise<Webhook>;
  /** Newest first; asked for page by page while they are read. Times are in ms since 1970. */
  listDeliveries(
    webhookId: string,
    filter?: { readonly [Name in "state" | "type" | "since" | "until"]?: ListDeliveriesQuery[Name] },
    signal?: AbortSignal,
  ): AsyncGenerator<Delivery, void>;
  /** With the event that it carries and its attempts. */
  getDelivery(id: string): Promise<DeliveryDetails>;
  /** Has one that is over, or waits to be tried again, made now. Rejects with the code `conflict` for one that is due. */
  retryDelivery(id: string): Promise<Delivery>;
  /** Sends again all that failed or waits to be tried again, and fits, or counts it when only a preview is asked for. */
  replayDeliveries(id: string, input: z.input<typeof ReplayInput>): Promise<Replay>;
}

export function webhookCalls({ get, send, create, sendOnly }: Connection): WebhookCalls {
  return {
    listWebhooks: (filter = {}, signal) => everyItem((cursor) => get(WebhookList, `/webhooks${queryOf({ limit: 100, ...filter, cursor })}`, signal)),
    getWebhook: (id) => get(WebhookDetails, pathOf`/webhooks/${id}`),
    createWebhook: (input) => create(CreatedWebhook, "/webhooks", input),
    updateWebhook: (id, input, options) => send(Webhook, "PATCH", pathOf`/webhooks/${id}`, input, ifMatch(options)),
    deleteWebhook: (id, options) => sendOnly("DELETE", pathOf`/webhooks/${id}`, undefined, ifMatch(options)),
    testWebhook: (id, input = {}) => send(WebhookTest, "POST", pathOf`/webhooks/${id}/test`, input),
    rotateWebhookSecret: (id, input = {}) => create(RotatedSecret, pathOf`/webhooks/${id}/rotate-secret`, input),
    enableWebhook: (id) => send(Webhook, "POST", pathOf`/webhooks/${id}/enable`),
    disableWebhook: (id) => send(Webhook, "POST", pathOf`/webhooks/${id}/disable`),
    listDeliveries: (webhookId, filter = {}, signal) =>
      everyItem((cursor) => get(DeliveryList, `${pathOf`/webhooks/${webhookId}/deliveries`}${queryOf({ limit: 100, ...filter, cursor })}`, signal)),
    getDelivery: (id) => get(DeliveryDetails, pathOf`/deliveries/${id}`),
    retryDelivery: (id) => send(Delivery, "POST", pathOf`/deliveries/${id}/retry`),
    replayDeliveries: (id, input) => create(Replay, pathOf`/webhooks/${id}/replay`, input),
  };
}
