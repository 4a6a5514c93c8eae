import { sql } from "drizzle-orm";
import { webhookAttempts, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import type { KeptByWorkspace } from "./kept.ts";

const isDisabled = sql`exists (select 1 from ${webhooks} where ${webhooks.id} = ${webhookDeliveries.webhookId} and ${webhooks.disabledAt} is not null)`;
const itsDelivery = sql`exists (select 1 from ${webhookDeliveries} where ${webhookDeliveries.id} = ${webhookAttempts.deliveryId})`;

/** What was sent to other systems. Attempts first: those of a delivery that goes are as old, or go the night after. */
export const deliveries: readonly KeptByWorkspace[] = [
  {
    name: "webhook-attempts",
    what: "What endpoints answered",
    from: "the attempt began, or since its delivery is gone",
    setting: "deliveryRetentionDays",
    table: webhookAttempts,
    // By their own time: whoever has something sent again keeps no answer longer.
    since: sql`iif(${itsDelivery}, ${webhookAttempts.startedAt}, 0)`,
    whose: { id: webhookAttempts.deliveryId, workspaceId: webhookAttempts.workspaceId },
  },
  {
    name: "webhook-deliveries",
    what: "Events that were sent to endpoints, and those that wait for one that is disabled",
    from: "the delivery ended; of one that waits for a disabled endpoint, since the event happened",
    setting: "deliveryRetentionDays",
    table: webhookDeliveries,
    since: sql`case when ${webhookDeliveries.state} = 'pending' then iif(${isDisabled}, ${webhookDeliveries.createdAt}, null) else ${webhookDeliveries.finishedAt} end`,
    whose: { id: webhookDeliveries.id, workspaceId: webhookDeliveries.workspaceId },
  },
];
