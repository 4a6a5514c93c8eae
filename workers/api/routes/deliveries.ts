import { z } from "zod";
import { Id } from "../../../shared/platform/index.ts";
import {
  Delivery,
  DeliveryDetails,
  DeliveryList,
  getDelivery,
  ListDeliveriesQuery,
  listDeliveries,
  Replay,
  ReplayInput,
  replayDeliveries,
  retryDelivery,
} from "../../../shared/webhooks/index.ts";
import { deliveryDetailsExample, deliveryExample } from "../delivery-examples.ts";
import { api, get, post } from "../route.ts";

const webhookParams = z.object({ id: Id("webhook").describe("Id of the webhook") });
const params = z.object({ id: Id("delivery").describe("Id of the delivery; receivers get it as `webhook-id`") });

const list = get("/api/v1/webhooks/{id}/deliveries", {
  id: "listDeliveries",
  tag: "Webhooks",
  permission: "webhooks:read",
  limit: "lists",
  summary: "List the deliveries of a webhook",
  description:
    "One for each event that the webhook gets, newest first; of one state, one type or one time, when asked for. They are kept for 30 days after they ended.",
  params: webhookParams,
  query: ListDeliveriesQuery,
  ok: DeliveryList,
  examples: { answer: { items: [deliveryExample] } },
});

const replay = post("/api/v1/webhooks/{id}/replay", {
  id: "replayDeliveries",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  alsoLimit: "replays",
  idempotent: "db",
  summary: "Replay deliveries of a webhook",
  description:
    "Makes deliveries again from the start that failed for good or wait to be tried again, with `failedOnly: false` also those that succeeded: receivers know by the `webhook-id` what they have already. What was not tried yet is left alone. At most 10,000 at once. With `preview` it only counts. At a webhook that is disabled they wait until it is enabled, and the answer says so (`waits`).",
  params: webhookParams,
  body: ReplayInput,
  promised: Replay,
  conflict: "Some of the deliveries ended meanwhile, were tried, or were asked for again",
  examples: { body: { since: 1_793_000_000_000, types: ["audit.completed"] }, answer: { count: 12, preview: false, waits: false } },
});

const read = get("/api/v1/deliveries/{id}", {
  id: "getDelivery",
  tag: "Webhooks",
  permission: "webhooks:read",
  limit: "reads",
  summary: "Read a delivery",
  description:
    "A delivery with the event that it carries and its attempts: when, how long, and what was answered. Headers and bodies of answers are texts of others, not to be trusted.",
  params,
  ok: DeliveryDetails,
  examples: { answer: deliveryDetailsExample },
});

const retry = post("/api/v1/deliveries/{id}/retry", {
  id: "retryDelivery",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  summary: "Retry a delivery",
  description:
    "Makes a delivery again from the start, whatever became of it, with the same `webhook-id`; one that waits for its next attempt is made now. Whatever holds back its webhook, such as a throttle or an open breaker, holds it back too; at one that is disabled it waits until that is enabled.",
  params,
  ok: Delivery,
  conflict: "An attempt is under way, or due",
  examples: { answer: { ...deliveryExample, state: "pending", round: 1, nextAttemptAt: 1_793_000_400_000, finishedAt: null } },
});

export const deliveryRoutes = api()
  .openapi(list, async (c) => c.json(await listDeliveries(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200))
  .openapi(replay, async (c) => c.json(await replayDeliveries(c.var.ctx, c.req.valid("param").id, c.req.valid("json")), 202))
  .openapi(read, async (c) => c.json(await getDelivery(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(retry, async (c) => c.json(await retryDelivery(c.var.ctx, c.req.valid("param").id), 200));
