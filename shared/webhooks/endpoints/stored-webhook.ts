import { and, eq, type SQL } from "drizzle-orm";
import { z } from "zod";
import { webhooks } from "../../db/schema/index.ts";
import { AppError, type Context, secondMs } from "../../platform/index.ts";
import { Target } from "../kinds/target.ts";
import type { Webhook } from "./schemas.ts";

export type WebhookRow = typeof webhooks.$inferSelect;

/** The row of an endpoint, if it is one of this workspace. */
export function ofWebhook({ workspaceId }: Pick<Context, "workspaceId">, webhookId: string): SQL | undefined {
  return and(eq(webhooks.id, webhookId), eq(webhooks.workspaceId, workspaceId));
}

/** @throws AppError `not_found` also for another workspace's endpoint */
export async function findWebhook({ db, workspaceId }: Pick<Context, "db" | "workspaceId">, webhookId: string): Promise<WebhookRow> {
  const row = await db.query.webhooks.findFirst({ where: ofWebhook({ workspaceId }, webhookId) });
  if (row === undefined) throw new AppError("not_found", "There is no such webhook.");
  return row;
}

const Names = z.array(z.string());
const Options = z.record(z.string(), z.string());

/** Field by field: what is sealed stays where it is. */
export function toWebhook(row: WebhookRow): Webhook {
  const { id, name, kind, shownUrl, filter, template, ordering, throttleLimit, throttleWindowMs, concurrency } = row;
  const { projectId, disabledAt, disabledFor, createdBy, createdAt, version } = row;
  return {
    id,
    name,
    kind,
    url: shownUrl,
    headerNames: Names.parse(row.headerNames),
    options: Options.parse(row.options),
    events: Names.parse(row.events),
    filter,
    template,
    ordering,
    throttle: throttleLimit === null || throttleWindowMs === null ? null : { limit: throttleLimit, perSeconds: throttleWindowMs / secondMs },
    concurrency,
    projectId,
    disabledAt,
    disabledFor,
    createdBy,
    createdAt,
    version,
  };
}

/** An address for the audit log, which is kept longer than endpoints are: the query may hold a token and is left out. */
export const loggedUrl = (shownUrl: string): string => shownUrl.replace(/\?.*$/, "?…");

/** What only the sender may know, as it is stored. */
export function sealTarget({ vault }: Pick<Context, "vault">, webhookId: string, target: Target): Promise<string> {
  return vault.seal(JSON.stringify(target), webhookId);
}

/** @throws AppError `conflict` when it cannot be read any more: nobody but the one who made the endpoint can help */
export async function openTarget({ vault }: Pick<Context, "vault">, { id, sealedTarget }: Pick<WebhookRow, "id" | "sealedTarget">): Promise<Target> {
  try {
    return Target.parse(JSON.parse(await vault.open(sealedTarget, id)));
  } catch {
    // Without the cause: what cannot be read may still be quoted by it.
    throw new AppError("conflict", "What is stored of this webhook cannot be read any more, since the server's key was replaced. Delete it and make it anew.");
  }
}
