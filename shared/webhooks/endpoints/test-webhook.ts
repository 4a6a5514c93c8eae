import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { findWorkspaceStanding } from "../../identity/index.ts";
import { AppError, type Context, commit, newId, requirePermission } from "../../platform/index.ts";
import { expandTypes, type SubjectedEvent, sampleOf } from "../catalogue/catalogue.ts";
import { PublicEvent, type PublicEventType, publicEventTypes } from "../catalogue/public-event.ts";
import { askFilter } from "../deliveries/ask-filter.ts";
import { ofDelivery } from "../deliveries/stored-delivery.ts";
import type { Shipment } from "../kinds/kind.ts";
import { type AttemptOutcome, makeAttempt } from "../sending/attempt.ts";
import { failureOf } from "../sending/failure-of.ts";
import { createPacker } from "../sending/to-shipment.ts";
import { problemAt, refuseProblems } from "./field-problems.ts";
import { recordSent } from "./record-sent.ts";
import type { TestWebhookInput, WebhookTest } from "./schemas.ts";
import { findWebhook, toWebhook, type WebhookRow } from "./stored-webhook.ts";

/**
 * Sends a sample of an event, or what a delivery of it carries, to an endpoint while the caller waits, also to one that is disabled, and answers with what came
 * of it. It is no delivery: nothing is kept or tried again, and no schedule is asked. What the filter says of it is told, and keeps it from nothing.
 * @throws AppError `not_found`; `invalid` for what is no delivery of the endpoint
 */
export async function testWebhook(ctx: Context, webhookId: string, input: TestWebhookInput): Promise<WebhookTest> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  const tried = await chosen(ctx, row, input);
  const { type } = tried.event;
  const standing = await findWorkspaceStanding(ctx.directory, ctx.workspaceId);
  // Before it is sent: what leaves the installation is known of, whatever happens afterwards.
  await commit(ctx.db, [recordChange(ctx, ctx.db, { action: "webhook.test", targetId: webhookId, after: { ...input, type } })]);
  const what = { type, filter: await askOne(row, tried.event) };
  const startedAt = ctx.now();
  try {
    const shipment = await shipmentOf(ctx, row, tried, standing?.language ?? "en");
    const { fetch, sent } = recordSent(row.kind, shipment.target);
    const outcome = await makeAttempt({ policy: ctx.egress, now: ctx.now, fetch }, row.kind, shipment);
    return { ...what, ...told(outcome), sent: sent() };
  } catch (error) {
    // As of a delivery: what cannot be made of the endpoint's settings is a failure that people read of.
    const unsent = { startedAt, ms: 0, status: null, responseHeaders: {}, responseBody: "", result: failureOf(error) };
    return { ...what, ...told(unsent), sent: [] };
  }
}

/** @throws AppError `invalid` for what is no delivery of the endpoint */
async function chosen(ctx: Context, row: WebhookRow, { type, deliveryId }: TestWebhookInput): Promise<SubjectedEvent> {
  if (deliveryId === undefined) return sampleOf(type ?? usualType(row), ctx.workspaceId, ctx.now());
  if (type !== undefined) refuseProblems([problemAt("type", "Name the type of a sample or a delivery, not both.")]);
  const { webhookId, payload, subject } = webhookDeliveries;
  const [delivery] = await ctx.db
    .select({ payload, subject })
    .from(webhookDeliveries)
    .where(and(ofDelivery(ctx, deliveryId), eq(webhookId, row.id)));
  if (delivery !== undefined) return { event: PublicEvent.parse(JSON.parse(delivery.payload)), subject: delivery.subject };
  const message = "There is no such delivery of this webhook. They are kept for 30 days.";
  throw new AppError("invalid", message, { errors: [problemAt("deliveryId", message)] });
}

/** As the fan-out asks: a filter that fails lets nothing through. */
async function askOne({ filter }: WebhookRow, event: PublicEvent): Promise<boolean | null> {
  if (filter === null) return null;
  try {
    return (await askFilter(filter, event)) === true;
  } catch {
    return false;
  }
}

/** What every kind does something with, when it is among those that the endpoint gets; else the first of them in the order of the catalogue. */
function usualType(row: WebhookRow): PublicEventType {
  const wanted = expandTypes(toWebhook(row).events);
  return wanted.has("finding.opened") ? "finding.opened" : (publicEventTypes.find((type) => wanted.has(type)) ?? "finding.opened");
}

/** The event as a delivery of it would go out, but said to be a test; it never concerns a ticket that there is. */
async function shipmentOf(ctx: Context, row: WebhookRow, { event, subject }: SubjectedEvent, language: Shipment["language"]): Promise<Shipment> {
  const { id: webhookId, kind, sealedTarget, options, template } = row;
  const stored = { webhookId, kind, sealedTarget, options, template };
  const parcel = { ...stored, deliveryId: newId("delivery", ctx.now()), subject, payload: JSON.stringify(event), ticket: null };
  return { ...(await createPacker(ctx)(parcel, { language, mayHaveArrived: false })), isTest: true };
}

function told({ startedAt, ms, status, responseHeaders, responseBody, result }: AttemptOutcome): Omit<WebhookTest, "type" | "filter" | "sent"> {
  const answered = { startedAt, ms, status, responseHeaders, responseBody };
  if (result.is !== "failed") return { ...answered, outcome: "succeeded", failure: null, message: null };
  return { ...answered, outcome: "failed", failure: result.failure, message: result.message };
}
