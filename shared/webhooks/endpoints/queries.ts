import { and, desc, eq, isNotNull, isNull, lt } from "drizzle-orm";
import { webhooks } from "../../db/schema/index.ts";
import { type Context, decodeCursor, errorFields, Id, pageOf, requirePermission } from "../../platform/index.ts";
import type { Endpoints } from "../schedule/endpoint.ts";
import type { ListWebhooksQuery, WebhookDetails, WebhookList } from "./schemas.ts";
import { findWebhook, toWebhook } from "./stored-webhook.ts";

/** The workspace's endpoints, newest first. */
export async function listWebhooks({ db, workspaceId, ...ctx }: Context, { limit, cursor, kind, projectId, enabled }: ListWebhooksQuery): Promise<WebhookList> {
  requirePermission(ctx, "webhooks:read");
  const rows = await db
    .select()
    .from(webhooks)
    .where(
      and(
        eq(webhooks.workspaceId, workspaceId),
        cursor === undefined ? undefined : lt(webhooks.id, decodeCursor(cursor, Id("webhook"))),
        kind === undefined ? undefined : eq(webhooks.kind, kind),
        projectId === undefined ? undefined : eq(webhooks.projectId, projectId),
        enabled === undefined ? undefined : (enabled === "true" ? isNull : isNotNull)(webhooks.disabledAt),
      ),
    )
    .orderBy(desc(webhooks.id))
    .limit(limit + 1);
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map(toWebhook), ...rest };
}

/**
 * An endpoint, and how it is doing as far as its object answers.
 * @throws AppError `not_found` also for another workspace's endpoint
 */
export async function getWebhook(ctx: Context, endpoints: Pick<Endpoints, "health">, webhookId: string): Promise<WebhookDetails> {
  requirePermission(ctx, "webhooks:read");
  const webhook = toWebhook(await findWebhook(ctx, webhookId));
  try {
    const { breaker, opensAt, failingSince, waiting, inFlight } = await endpoints.health(webhookId);
    return { ...webhook, health: { breaker, opensAt, failingSince, waiting, inFlight } };
  } catch (error) {
    ctx.log.warn("how a webhook is doing is not known", errorFields(error));
    return { ...webhook, health: null };
  }
}
