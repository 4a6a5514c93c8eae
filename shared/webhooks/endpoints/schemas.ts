import { z } from "zod";
import { maxExpressionLength } from "../../expressions/index.ts";
import { Count, Id, ListQuery, listOf, Millis, Name, Text, Version } from "../../platform/index.ts";
import { PublicEventType } from "../catalogue/public-event.ts";
import { attempted, HeaderTexts } from "../deliveries/schemas.ts";
import { secretMark } from "../sending/hide-secrets.ts";
import { WebhookKind } from "../webhook-kind.ts";

/** Endpoints of one workspace. */
export const maxWebhooks = 100;

/** Custom headers of one endpoint. */
export const maxHeaders = 20;
const maxHeaderValueLength = 2_000;
const maxEvents = 50;
const maxConcurrency = 20;

const WebhookName = Name(100).describe("What people call it");
const Url = Text(2_000).min(1).describe("Where events are sent. Kinds with an address of their own, such as `trello`, take none");
const Credentials = z
  .record(Text(50), Text(2_000))
  .describe(
    "What the kind asks for: `email` and `token` for `jira`, `key` and `token` for `trello`, `routingKey` for `pagerduty`; stored encrypted, never returned",
  );
const OptionTexts = z.record(Text(50), Text(500));
const Options = OptionTexts.describe("What else the kind asks for: for `jira` a `projectKey`, for `trello` a `listId`, for `pagerduty` a `region`");
const Headers = z
  .record(Text(100), Text(maxHeaderValueLength))
  .describe(`At most ${maxHeaders} headers of requests of the kind \`http\`; their values are stored encrypted, never returned`);
const Events = z.array(Text(100)).min(1).max(maxEvents).describe("Types of events, their aliases, or `*` for all; `GET /api/v1/event-types` lists them");
const Expression = Text(maxExpressionLength).min(1);
const Filter = Expression.describe("JSONata over the event: it is sent where this is true");
const Template = Expression.describe("JSONata that makes of the event what is sent: an object for `http`, a text for other kinds");
export const orderings = ["none", "per-subject"] as const;
const Ordering = z
  .enum(orderings)
  .describe("`per-subject` sends what is about the same thing one after the other, each once the one before succeeded or failed for good");
const Throttle = z
  .strictObject({ limit: z.int().min(1).max(1_000), perSeconds: z.int().min(1).max(3_600) })
  .describe("At most `limit` attempts in any `perSeconds` seconds");
const Concurrency = z.int().min(1).max(maxConcurrency).describe("Attempts at once, at most");
const ProjectId = Id("project").describe("Only what happens to sites of this project");

export const CreateWebhookInput = z
  .strictObject({
    name: WebhookName.optional(),
    kind: WebhookKind.default("http"),
    url: Url.optional(),
    credentials: Credentials.optional(),
    options: Options.optional(),
    events: Events,
    headers: Headers.optional(),
    filter: Filter.optional(),
    template: Template.optional(),
    ordering: Ordering.optional(),
    throttle: Throttle.optional(),
    concurrency: Concurrency.default(4),
    projectId: ProjectId.optional(),
  })
  .meta({ id: "CreateWebhookInput" });
export type CreateWebhookInput = z.infer<typeof CreateWebhookInput>;

export const UpdateWebhookInput = z
  .strictObject({
    name: WebhookName.nullable().optional(),
    url: Url.optional(),
    credentials: Credentials.optional(),
    options: Options.nullable().optional(),
    events: Events.optional(),
    headers: Headers.nullable().optional(),
    filter: Filter.nullable().optional(),
    template: Template.nullable().optional(),
    ordering: Ordering.optional(),
    throttle: Throttle.nullable().optional(),
    concurrency: Concurrency.optional(),
    projectId: ProjectId.nullable().optional(),
  })
  .meta({ id: "UpdateWebhookInput" });
export type UpdateWebhookInput = z.infer<typeof UpdateWebhookInput>;

const described = {
  id: Id("webhook"),
  name: Text(100).nullable(),
  kind: WebhookKind,
  url: Text(4_096).describe("Where events are sent; of an address that is a credential only the host"),
  headerNames: z.array(Text(100)).max(maxHeaders),
  options: OptionTexts,
  events: z.array(Text(100)).max(maxEvents),
  filter: Filter.nullable(),
  template: Template.nullable(),
  ordering: Ordering,
  throttle: Throttle.nullable(),
  concurrency: Concurrency,
  projectId: Id("project").nullable(),
  disabledAt: Millis.nullable().describe("Since when nothing is sent; null while it is enabled"),
  disabledFor: z
    .enum(["person", "gone", "failing"])
    .nullable()
    .describe("Who or what disabled it: somebody (`person`), its receiver, which takes nothing more (`gone`), or five days without a success (`failing`)"),
  createdBy: Id("user"),
  createdAt: Millis,
  version: Version,
};

/** An endpoint as people see it: without its credentials, the values of its headers, its secret and an address that is a credential. */
export const Webhook = z.object(described).meta({ id: "Webhook" });
export type Webhook = z.infer<typeof Webhook>;

const Secret = Text(100).describe("Verifies signatures (Standard Webhooks). It is shown this once");

export const CreatedWebhook = z.object({ ...described, secret: Secret }).meta({ id: "CreatedWebhook" });
export type CreatedWebhook = z.infer<typeof CreatedWebhook>;

const WebhookHealth = z
  .object({
    breaker: z
      .enum(["closed", "open", "half-open"])
      .describe("`open` while attempts wait, since most of the last ones failed; `half-open` while one of them tries again"),
    opensAt: Millis.nullable().describe("When an open breaker lets an attempt through"),
    failingSince: Millis.nullable().describe("Since when no attempt succeeded; null when the last one did"),
    waiting: Count.describe("Deliveries that wait for an attempt"),
    inFlight: Count.describe("Attempts under way"),
  })
  .meta({ id: "WebhookHealth" });

export const WebhookDetails = z
  .object({ ...described, health: WebhookHealth.nullable().describe("How it is doing; null when that is not known right now") })
  .meta({ id: "WebhookDetails" });
export type WebhookDetails = z.infer<typeof WebhookDetails>;

export const WebhookList = listOf(Webhook).meta({ id: "WebhookList" });
export type WebhookList = z.infer<typeof WebhookList>;

export const ListWebhooksQuery = ListQuery.extend({
  kind: WebhookKind.optional(),
  projectId: Id("project").optional(),
  enabled: z.enum(["true", "false"]).optional().describe("`true` for those that are enabled alone, `false` for the others"),
});
export type ListWebhooksQuery = z.infer<typeof ListWebhooksQuery>;

export const RotateSecretInput = z
  // Optional and not a default: a body that is left out passes by the schema.
  .strictObject({ expireNow: z.boolean().optional().describe("Whether the old secret ends at once; else it signs beside the new one for 24 hours") })
  .meta({ id: "RotateSecretInput" });
export type RotateSecretInput = z.infer<typeof RotateSecretInput>;

export const RotatedSecret = z
  .object({ secret: Secret, previousUntil: Millis.nullable().describe("Until when older secrets sign too; null when they ended"), version: Version })
  .meta({ id: "RotatedSecret" });
export type RotatedSecret = z.infer<typeof RotatedSecret>;

export const TestWebhookInput = z
  .strictObject({
    type: PublicEventType.optional().describe(
      "Of which event to send the sample; when absent `finding.opened`, or the first that the endpoint gets if that is not among them",
    ),
    deliveryId: Id("delivery").optional().describe("Sends the event of this delivery of the webhook, as it is stored, in place of a sample"),
  })
  .meta({ id: "TestWebhookInput" });
export type TestWebhookInput = z.infer<typeof TestWebhookInput>;

const SentRequest = z
  .object({ method: Text(10), url: Text(4_096), headers: HeaderTexts, body: Text(100_000) })
  .meta({ id: "SentRequest" })
  .describe(`A request as it was sent, with ${secretMark} in place of secrets`);

export const WebhookTest = z
  .object({
    type: PublicEventType,
    filter: z.boolean().nullable().describe("Whether the filter lets this event through, which is sent all the same; null where there is no filter"),
    outcome: z.enum(["succeeded", "failed"]),
    ...attempted,
    sent: z.array(SentRequest).max(10).describe("What was sent; some kinds ask more than once"),
  })
  .meta({ id: "WebhookTest" });
export type WebhookTest = z.infer<typeof WebhookTest>;
