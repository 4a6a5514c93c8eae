import { and, desc, eq, getTableColumns, lt } from "drizzle-orm";
import { z } from "zod";
import { webhookAttempts, webhookDeliveries } from "../../db/schema/index.ts";
import { type Context, decodeCursor, Id, pageOf, requirePermission } from "../../platform/index.ts";
import { findWebhook } from "../endpoints/stored-webhook.ts";
import { type DeliveryDetails, type DeliveryList, Failure, type ListDeliveriesQuery, maxAttemptsShown } from "./schemas.ts";
import { findDelivery, ofTime, toDelivery } from "./stored-delivery.ts";

const { payload: _, ...listed } = getTableColumns(webhookDeliveries);

/**
 * What was sent to an endpoint, or is to be, newest first.
 * @throws AppError `not_found` also for another workspace's endpoint
 */
export async function listDeliveries(ctx: Context, webhookId: string, query: ListDeliveriesQuery): Promise<DeliveryList> {
  requirePermission(ctx, "webhooks:read");
  await findWebhook(ctx, webhookId);
  const { limit, cursor, state, type, since, until } = query;
  const rows = await ctx.db
    .select(listed)
    .from(webhookDeliveries)
    .where(
      and(
        ofTime(ctx, webhookId, { since, until }),
        cursor === undefined ? undefined : lt(webhookDeliveries.id, decodeCursor(cursor, Id("delivery"))),
        state === undefined ? undefined : eq(webhookDeliveries.state, state),
        type === undefined ? undefined : eq(webhookDeliveries.type, type),
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit + 1);
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map(toDelivery), ...rest };
}

const Headers = z.record(z.string(), z.string());
const Payload = z.record(z.string(), z.unknown());

/**
 * A delivery with the event that it carries and what became of each attempt.
 * @throws AppError `not_found` also for another workspace's delivery
 */
export async function getDelivery(ctx: Context, deliveryId: string): Promise<DeliveryDetails> {
  requirePermission(ctx, "webhooks:read");
  const { payload, ...row } = await findDelivery(ctx, deliveryId);
  const attempts = await ctx.db
    .select()
    .from(webhookAttempts)
    .where(and(eq(webhookAttempts.deliveryId, deliveryId), eq(webhookAttempts.workspaceId, ctx.workspaceId)))
    .orderBy(desc(webhookAttempts.attempt))
    .limit(maxAttemptsShown);
  return {
    ...toDelivery(row),
    payload: Payload.parse(JSON.parse(payload)),
    attemptLog: attempts.map(({ attempt, startedAt, ms, outcome, status, failure, message, responseHeaders, responseBody }) => ({
      attempt,
      startedAt,
      ms,
      outcome,
      status,
      failure: Failure.nullable().parse(failure),
      message,
      responseHeaders: Headers.parse(responseHeaders),
      responseBody,
    })),
  };
}
