import { z } from "zod";
import { endpointsOf } from "../../../durable-objects/stubs.ts";
import { Id } from "../../../shared/platform/index.ts";
import {
  CreatedWebhook,
  CreateWebhookInput,
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  ListWebhooksQuery,
  listWebhooks,
  RotatedSecret,
  RotateSecretInput,
  rotateSecret,
  TestWebhookInput,
  testWebhook,
  UpdateWebhookInput,
  updateWebhook,
  Webhook,
  WebhookDetails,
  WebhookList,
  WebhookTest,
} from "../../../shared/webhooks/index.ts";
import { api, del, get, patch, post } from "../route.ts";
import { etagOf, ifVersionOf } from "../versions.ts";
import { createdWebhookExample, createWebhookExample, webhookDetailsExample, webhookExample, webhookTestExample } from "../webhook-examples.ts";

const params = z.object({ id: Id("webhook").describe("Id of the webhook") });

const list = get("/api/v1/webhooks", {
  id: "listWebhooks",
  tag: "Webhooks",
  permission: "webhooks:read",
  limit: "lists",
  summary: "List webhooks",
  description: "Where events of the workspace are sent, newest first; of one kind, of one project, or enabled or not, when asked for.",
  query: ListWebhooksQuery,
  ok: WebhookList,
  examples: { answer: { items: [webhookExample] } },
});

const create = post("/api/v1/webhooks", {
  id: "createWebhook",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  idempotent: "db",
  versioned: true,
  summary: "Create a webhook",
  description:
    "From now on events of these types are sent there: to a receiver of your own, signed by Standard Webhooks (`http`), to a chat (`slack`, `teams`, `discord`), as tickets (`jira`, `trello`) or as alerts (`pagerduty`). The answer is the only place where the secret that signs is ever shown. Filter and template are tried on a sample of each of these types, and refused where they do not work. A workspace has 100 at most.",
  body: CreateWebhookInput,
  created: CreatedWebhook,
  conflict: "The workspace has as many webhooks as it may",
  examples: { body: createWebhookExample, answer: createdWebhookExample },
});

const read = get("/api/v1/webhooks/{id}", {
  id: "getWebhook",
  tag: "Webhooks",
  permission: "webhooks:read",
  limit: "reads",
  versioned: true,
  summary: "Read a webhook",
  description:
    "A webhook and how it is doing. Credentials, values of headers, the secret, and addresses that let whoever knows them post, such as those of Slack, are never shown again.",
  params,
  ok: WebhookDetails,
  examples: { answer: webhookDetailsExample },
});

const update = patch("/api/v1/webhooks/{id}", {
  id: "updateWebhook",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  versioned: true,
  summary: "Change a webhook",
  description:
    "Changes what is named in the body; `null` clears. Credentials, options and headers are replaced as a whole. Filter and template are tried on samples, as when it is made. With the address of another host, credentials and headers must be given anew. The kind stays.",
  params,
  body: UpdateWebhookInput,
  ok: Webhook,
  examples: { body: { events: ["*"], filter: null }, answer: { ...webhookExample, events: ["*"], filter: null, version: 2 } },
});

const remove = del("/api/v1/webhooks/{id}", {
  id: "deleteWebhook",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  versioned: true,
  summary: "Delete a webhook",
  description: "Sends nothing more and forgets the secret at once; its deliveries and attempts are removed soon after. Tickets and messages elsewhere stay.",
  params,
  noContent: "Deleted",
});

const test = post("/api/v1/webhooks/{id}/test", {
  id: "testWebhook",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "webhookTests",
  summary: "Test a webhook",
  description:
    "Sends the sample of an event while you wait, at most 15 seconds, and answers with what was sent and what came back; the status is 200 also when that was a failure. With `deliveryId` it is the event of a delivery that there was, so that filter and template can be tried on what really happened. Works for a webhook that is disabled. `filter` says whether the filter would let the event through, which is sent either way. With `jira` and `trello` it makes a real ticket, with `pagerduty` a real alert, in chats a real message: look there, and remove it.",
  params,
  body: TestWebhookInput,
  bodyOptional: true,
  ok: WebhookTest,
  examples: { body: { type: "audit.completed" }, answer: webhookTestExample },
});

const rotate = post("/api/v1/webhooks/{id}/rotate-secret", {
  id: "rotateWebhookSecret",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  idempotent: "db",
  versioned: true,
  summary: "Rotate the secret of a webhook",
  description:
    "Makes a new secret, which this answer alone shows. The one before signs beside it for 24 hours, so that a receiver can be changed without a gap, or ends at once with `expireNow`.",
  params,
  body: RotateSecretInput,
  bodyOptional: true,
  created: RotatedSecret,
  conflict: "It was changed in the meantime, or rotated ten times within a day",
  examples: { body: {}, answer: { secret: "whsec_…", previousUntil: 1_793_086_400_000, version: 2 } },
});

const enable = post("/api/v1/webhooks/{id}/enable", {
  id: "enableWebhook",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  summary: "Enable a webhook",
  description: "Sends to it again, whoever or whatever disabled it; what waited goes out at once. What happened while it was disabled is not sent by itself.",
  params,
  ok: Webhook,
  conflict: "It was changed in the meantime",
  examples: { answer: webhookExample },
});

const disable = post("/api/v1/webhooks/{id}/disable", {
  id: "disableWebhook",
  tag: "Webhooks",
  permission: "webhooks:write",
  limit: "writes",
  summary: "Disable a webhook",
  description: "Sends nothing more to it until it is enabled; what waits is kept.",
  params,
  ok: Webhook,
  conflict: "It was changed in the meantime",
  examples: { answer: { ...webhookExample, disabledAt: 1_793_100_000_000, disabledFor: "person", version: 2 } },
});

export const webhookRoutes = api()
  .openapi(list, async (c) => c.json(await listWebhooks(c.var.ctx, c.req.valid("query")), 200))
  .openapi(create, async (c) => {
    const webhook = await createWebhook(c.var.ctx, c.req.valid("json"));
    return c.json(webhook, 201, etagOf(webhook));
  })
  .openapi(read, async (c) => {
    const webhook = await getWebhook(c.var.ctx, endpointsOf(c.env), c.req.valid("param").id);
    return c.json(webhook, 200, etagOf(webhook));
  })
  .openapi(update, async (c) => {
    const webhook = await updateWebhook(c.var.ctx, c.req.valid("param").id, c.req.valid("json"), ifVersionOf(c));
    return c.json(webhook, 200, etagOf(webhook));
  })
  .openapi(remove, async (c) => {
    await deleteWebhook(c.var.ctx, c.req.valid("param").id, ifVersionOf(c));
    return c.body(null, 204);
  })
  .openapi(test, async (c) => c.json(await testWebhook(c.var.ctx, c.req.valid("param").id, c.req.valid("json")), 200))
  .openapi(rotate, async (c) => {
    const rotated = await rotateSecret(c.var.ctx, c.req.valid("param").id, c.req.valid("json"));
    return c.json(rotated, 201, etagOf(rotated));
  })
  .openapi(enable, async (c) => c.json(await enableWebhook(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(disable, async (c) => c.json(await disableWebhook(c.var.ctx, c.req.valid("param").id), 200));
