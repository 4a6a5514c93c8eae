export { EventTypes, listEventTypes } from "./catalogue/event-types.ts";
export { PublicEvent, type PublicEventType, publicEventTypes } from "./catalogue/public-event.ts";
export { offerPending } from "./deliveries/offer-pending.ts";
export { getDelivery, listDeliveries } from "./deliveries/queries.ts";
export { replayDeliveries } from "./deliveries/replay-deliveries.ts";
export { retryDelivery } from "./deliveries/retry-delivery.ts";
export { Delivery, DeliveryDetails, DeliveryList, deliveryStates, ListDeliveriesQuery, Replay, ReplayInput } from "./deliveries/schemas.ts";
export { settleEvents } from "./deliveries/settle-events.ts";
export { sweepDeliveries } from "./deliveries/sweep-deliveries.ts";
export { type Settled, waitForTurn } from "./deliveries/wait-for-turn.ts";
export { createWebhook } from "./endpoints/create-webhook.ts";
export { deleteWebhook, purgeWebhookWith } from "./endpoints/delete-webhook.ts";
export { eraseWebhook } from "./endpoints/erase-webhook.ts";
export { getWebhook, listWebhooks } from "./endpoints/queries.ts";
export { rotateSecret } from "./endpoints/rotate-secret.ts";
export {
  CreatedWebhook,
  CreateWebhookInput,
  ListWebhooksQuery,
  orderings,
  RotatedSecret,
  RotateSecretInput,
  TestWebhookInput,
  UpdateWebhookInput,
  Webhook,
  WebhookDetails,
  WebhookList,
  WebhookTest,
} from "./endpoints/schemas.ts";
export { disableWebhook, enableWebhook } from "./endpoints/switch-webhook.ts";
export { testWebhook } from "./endpoints/test-webhook.ts";
export { updateWebhook } from "./endpoints/update-webhook.ts";
export { composeMessage } from "./messages/compose-message.ts";
export {
  type AttemptReport,
  DeliveryMessage,
  type EndpointHealth,
  type EndpointSettings,
  type Endpoints,
  type Offer,
  type TakenAttempt,
} from "./schedule/endpoint.ts";
export type { Lane } from "./schedule/lanes.ts";
export { createProjection } from "./schedule/projection.ts";
export { createSchedule, type Schedule } from "./schedule/schedule.ts";
export { deliver } from "./sending/deliver.ts";
export { createStandings } from "./sending/recent-standings.ts";
export { webhookKinds } from "./webhook-kind.ts";
