import type { WebhookRow } from "../endpoints/stored-webhook.ts";
import { kinds } from "../kinds/kinds.ts";
import type { EndpointSettings } from "./endpoint.ts";

type Told = Pick<WebhookRow, "id" | "workspaceId" | "version" | "kind" | "disabledAt" | "ordering" | "throttleLimit" | "throttleWindowMs" | "concurrency">;

/** What an endpoint's object is to know of its row. */
export function settingsOf(row: Told): EndpointSettings {
  const { throttleLimit: limit, throttleWindowMs: windowMs } = row;
  const { isOrdered, afterUnknownMs } = kinds[row.kind];
  return {
    workspaceId: row.workspaceId,
    webhookId: row.id,
    version: row.version,
    isEnabled: row.disabledAt === null,
    ordering: isOrdered ? "per-subject" : row.ordering,
    throttle: limit === null || windowMs === null ? null : { limit, windowMs },
    concurrency: row.concurrency,
    afterUnknownMs,
  };
}
