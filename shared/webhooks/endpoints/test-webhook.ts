import { eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { workspaces } from "../../db/schema/index.ts";
import { AppError, type Context, commit, type Language, newId, requirePermission } from "../../platform/index.ts";
import { expandTypes, sampleOf } from "../catalogue/catalogue.ts";
import { type PublicEvent, type PublicEventType, publicEventTypes } from "../catalogue/public-event.ts";
import type { Shipment } from "../kinds/kind.ts";
import { kindSettings } from "../kinds/settings.ts";
import { type AttemptOutcome, makeAttempt } from "../sending/attempt.ts";
import { renderTemplate } from "../sending/render-template.ts";
import { recordSent } from "./record-sent.ts";
import type { TestWebhookInput, WebhookTest } from "./schemas.ts";
import { findWebhook, openTarget, toWebhook, type WebhookRow } from "./stored-webhook.ts";

/**
 * Sends a sample of an event to an endpoint while the caller waits, also to one that is disabled, and answers with what came of it. It is no delivery:
 * nothing is kept or tried again, and neither filter nor schedule is asked.
 * @throws AppError `not_found`; `conflict` when its stored settings cannot be read any more
 */
export async function testWebhook(ctx: Context, webhookId: string, { type }: TestWebhookInput): Promise<WebhookTest> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  const target = await openTarget(ctx, row);
  const sampled = type ?? usualType(row);
  const { event, subject } = sampleOf(sampled, ctx.workspaceId, ctx.now());
  // Before it is sent: what leaves the installation is known of, whatever happens afterwards.
  await commit(ctx.db, [recordChange(ctx, ctx.db, { action: "webhook.test", targetId: webhookId, after: { type: sampled } })]);
  const templated = await templatedBy(row, event);
  if ("wrong" in templated) return { type: sampled, ...failedAt(ctx.now(), templated.wrong), sent: [] };
  const shipment: Shipment = {
    deliveryId: newId("delivery", ctx.now()),
    webhookId,
    event,
    subject,
    target,
    options: kindSettings[row.kind].options.parse(row.options),
    templated: templated.made,
    language: await languageOf(ctx),
    publicUrl: ctx.publicUrl,
    mayHaveArrived: false,
    isTest: true,
    ticket: null,
    now: ctx.now(),
  };
  const { fetch, sent } = recordSent(row.kind, target);
  const outcome = await makeAttempt({ policy: ctx.egress, now: ctx.now, fetch }, row.kind, shipment);
  return { type: sampled, ...told(outcome), sent: sent() };
}

/** What every kind does something with, when it is among those that the endpoint gets; else the first of them in the order of the catalogue. */
function usualType(row: WebhookRow): PublicEventType {
  const wanted = expandTypes(toWebhook(row).events);
  return wanted.has("finding.opened") ? "finding.opened" : (publicEventTypes.find((type) => wanted.has(type)) ?? "finding.opened");
}

/** What the endpoint's template makes of an event; undefined without one. */
async function templatedBy({ template, kind }: WebhookRow, event: PublicEvent): Promise<{ readonly made: unknown } | { readonly wrong: string }> {
  if (template === null) return { made: undefined };
  try {
    return { made: await renderTemplate(template, kind, event) };
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid") return { wrong: error.message };
    throw error;
  }
}

async function languageOf({ directory, workspaceId }: Context): Promise<Language> {
  const workspace = await directory.query.workspaces.findFirst({ columns: { language: true }, where: eq(workspaces.id, workspaceId) });
  return workspace?.language ?? "en";
}

type Told = Omit<WebhookTest, "type" | "sent">;

function told({ startedAt, ms, status, responseHeaders, responseBody, result }: AttemptOutcome): Told {
  const answered = { startedAt, ms, status, responseHeaders, responseBody };
  if (result.is !== "failed") return { ...answered, outcome: "succeeded", failure: null, message: null };
  return { ...answered, outcome: "failed", failure: result.failure, message: result.message };
}

const failedAt = (startedAt: number, message: string): Told => ({
  startedAt,
  ms: 0,
  status: null,
  responseHeaders: {},
  responseBody: "",
  outcome: "failed",
  failure: "settings",
  message,
});
