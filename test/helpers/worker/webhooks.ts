import { env } from "cloudflare:workers";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { webhookAttempts, webhookDeliveries, webhooks } from "../../../shared/db/schema/index.ts";
import { newId } from "../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace } from "./api.ts";

/** The signing secret of endpoints that tests store: 32 bytes that protect nothing. */
export const seededSecret = "whsec_dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=";

/** What only the sender may know of a stored endpoint, where a test says so. */
interface SeededTarget {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly secret: string; readonly until: number | null }[];
}

/** Stores an endpoint of the workspace, of the kind `http` at http://battery.test/ and for every event unless told otherwise; returns its id. */
export async function seedWebhook(
  workspace: SeededWorkspace,
  values: Partial<typeof webhooks.$inferInsert> = {},
  { url = values.shownUrl ?? "http://battery.test/", headers = {}, credentials = {}, secrets = [{ secret: seededSecret, until: null }] }: SeededTarget = {},
): Promise<string> {
  const id = values.id ?? newId("webhook");
  const sealedTarget = await contextOf(env, workspace).vault.seal(JSON.stringify({ v: 1, url, headers, credentials, secrets }), id);
  const usual = { kind: "http", ordering: "none", concurrency: 4, options: {}, events: ["*"], headerNames: Object.keys(headers) } as const;
  await directoryDatabase(env)
    .insert(webhooks)
    .values({
      ...usual,
      name: "Hook",
      shownUrl: url,
      workspaceId: workspace.id,
      createdBy: workspace.userId,
      createdAt: Date.now(),
      ...values,
      id,
      sealedTarget,
    });
  return id;
}

/** Stores a delivery of an endpoint, one that failed after three attempts unless told otherwise; returns its id. */
export async function seedDelivery(
  workspace: SeededWorkspace,
  webhookId: string,
  values: Partial<typeof webhookDeliveries.$inferInsert> & { readonly at?: number } = {},
): Promise<string> {
  const { at = Date.now(), ...given } = values;
  const id = given.id ?? newId("delivery", at);
  const eventId = newId("event", at);
  const type = given.type ?? "audit.completed";
  const payload = JSON.stringify({ id: eventId, type, version: 1, timestamp: new Date(at).toISOString(), workspaceId: workspace.id, data: {} });
  const usual = { subject: "audit:a", state: "failed", attempts: 3, failure: "status", createdAt: at, finishedAt: at } as const;
  await directoryDatabase(env)
    .insert(webhookDeliveries)
    .values({ ...usual, payload, eventId, type, workspaceId: workspace.id, webhookId, ...given, id });
  return id;
}

/** Stores an attempt of a delivery, answered with status 500 unless told otherwise. */
export async function seedAttempt(
  workspace: SeededWorkspace,
  { webhookId, deliveryId, ...values }: Partial<typeof webhookAttempts.$inferInsert> & { readonly webhookId: string; readonly deliveryId: string },
): Promise<void> {
  const usual = {
    attempt: 1,
    startedAt: Date.now(),
    ms: 12,
    outcome: "failed",
    status: 500,
    failure: "status",
    message: "It answered with status 500.",
  } as const;
  const answer = { responseHeaders: { "content-type": "text/html" }, responseBody: "<b>broken</b>" };
  await directoryDatabase(env)
    .insert(webhookAttempts)
    .values({ ...usual, ...answer, workspaceId: workspace.id, webhookId, deliveryId, ...values });
}
