import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { Endpoints } from "../schedule/endpoint.ts";
import { settingsOf } from "../schedule/settings-of.ts";
import { offerOf } from "./offer-of.ts";

interface OfferDeps {
  readonly db: Database;
  readonly endpoints: Pick<Endpoints, "configure" | "offer">;
}

export const offersPerPage = 200;

/** Literal as in the index `webhook_deliveries_pending`: SQLite does not use a partial index for values that are bound later. */
export const isPending = sql`${webhookDeliveries.state} = 'pending'`;

/** What an offer is made of; the event itself may be long, and stays where it is. */
const { id, round, subject, eventId, attempts, nextAttemptAt, createdAt } = webhookDeliveries;
export const offered = { id, round, subject, eventId, attempts, nextAttemptAt, createdAt };

/**
 * Tells an endpoint's object how its endpoint is set now, and of all that waits there; what it knows is harmless. At one that is disabled nothing is sent, and
 * whoever enables it has this done again. Nothing for an endpoint that is gone.
 */
export async function offerPending({ db, endpoints }: OfferDeps, workspaceId: string, webhookId: string): Promise<void> {
  const row = await db.query.webhooks.findFirst({ where: and(eq(webhooks.id, webhookId), eq(webhooks.workspaceId, workspaceId)) });
  if (row === undefined) return;
  const settings = settingsOf(row);
  await endpoints.configure(settings);
  if (!settings.isEnabled) return;
  for (let behind: SQL | undefined; ; ) {
    const rows = await db
      .select(offered)
      .from(webhookDeliveries)
      .where(and(isPending, eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.workspaceId, workspaceId), behind))
      .orderBy(asc(nextAttemptAt), asc(id))
      .limit(offersPerPage);
    if (rows.length > 0) await endpoints.offer(settings, rows.map(offerOf));
    const last = rows.at(-1);
    if (rows.length < offersPerPage || last === undefined) return;
    behind = sql`(${nextAttemptAt}, ${id}) > (${last.nextAttemptAt}, ${last.id})`;
  }
}
