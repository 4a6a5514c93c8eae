import { recordChange } from "../../audit-log/index.ts";
import { findWorkspaceStanding } from "../../identity/index.ts";
import { type Context, commit, newId, requirePermission } from "../../platform/index.ts";
import { expandTypes, sampleOf } from "../catalogue/catalogue.ts";
import { type PublicEventType, publicEventTypes } from "../catalogue/public-event.ts";
import type { Shipment } from "../kinds/kind.ts";
import { type AttemptOutcome, makeAttempt } from "../sending/attempt.ts";
import { failureOf } from "../sending/failure-of.ts";
import { createPacker } from "../sending/to-shipment.ts";
import { recordSent } from "./record-sent.ts";
import type { TestWebhookInput, WebhookTest } from "./schemas.ts";
import { findWebhook, toWebhook, type WebhookRow } from "./stored-webhook.ts";

/**
 * Sends a sample of an event to an endpoint while the caller waits, also to one that is disabled, and answers with what came of it. It is no delivery:
 * nothing is kept or tried again, and neither filter nor schedule is asked.
 * @throws AppError `not_found`
 */
export async function testWebhook(ctx: Context, webhookId: string, { type }: TestWebhookInput): Promise<WebhookTest> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  const sampled = type ?? usualType(row);
  const standing = await findWorkspaceStanding(ctx.directory, ctx.workspaceId);
  // Before it is sent: what leaves the installation is known of, whatever happens afterwards.
  await commit(ctx.db, [recordChange(ctx, ctx.db, { action: "webhook.test", targetId: webhookId, after: { type: sampled } })]);
  const startedAt = ctx.now();
  try {
    const shipment = await shipmentOf(ctx, row, sampled, standing?.language ?? "en");
    const { fetch, sent } = recordSent(row.kind, shipment.target);
    const outcome = await makeAttempt({ policy: ctx.egress, now: ctx.now, fetch }, row.kind, shipment);
    return { type: sampled, ...told(outcome), sent: sent() };
  } catch (error) {
    // As of a delivery: what cannot be made of the endpoint's settings is a failure that people read of.
    const unsent = { startedAt, ms: 0, status: null, responseHeaders: {}, responseBody: "", result: failureOf(error) };
    return { type: sampled, ...told(unsent), sent: [] };
  }
}

/** What every kind does something with, when it is among those that the endpoint gets; else the first of them in the order of the catalogue. */
function usualType(row: WebhookRow): PublicEventType {
  const wanted = expandTypes(toWebhook(row).events);
  return wanted.has("finding.opened") ? "finding.opened" : (publicEventTypes.find((type) => wanted.has(type)) ?? "finding.opened");
}

/** The sample as a delivery of it would go out, but said to be a test; it never concerns a ticket that there is. */
async function shipmentOf(ctx: Context, row: WebhookRow, type: PublicEventType, language: Shipment["language"]): Promise<Shipment> {
  const { id: webhookId, kind, sealedTarget, options, template } = row;
  const { event, subject } = sampleOf(type, ctx.workspaceId, ctx.now());
  const stored = { webhookId, kind, sealedTarget, options, template };
  const parcel = { ...stored, deliveryId: newId("delivery", ctx.now()), subject, payload: JSON.stringify(event), ticket: null };
  return { ...(await createPacker(ctx)(parcel, { language, mayHaveArrived: false })), isTest: true };
}

function told({ startedAt, ms, status, responseHeaders, responseBody, result }: AttemptOutcome): Omit<WebhookTest, "type" | "sent"> {
  const answered = { startedAt, ms, status, responseHeaders, responseBody };
  if (result.is !== "failed") return { ...answered, outcome: "succeeded", failure: null, message: null };
  return { ...answered, outcome: "failed", failure: result.failure, message: result.message };
}
