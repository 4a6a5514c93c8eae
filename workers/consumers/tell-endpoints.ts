import { endpointsOf } from "../../durable-objects/stubs.ts";
import { type Database, databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { createLog, type DatedEvent, type StoredEvent, systemClock } from "../../shared/platform/index.ts";
import { offerPending, type RecordedDeliveries, recordDeliveries } from "../../shared/webhooks/index.ts";

/** What an event, stored in `events`, comes to at the endpoints of its workspace. */
export function deliveriesOf(event: DatedEvent, env: Env, events: Database): Promise<RecordedDeliveries> {
  const db = databaseFor(env, event.workspaceId);
  const wait = (ms: number) => scheduler.wait(ms);
  return recordDeliveries({ db, directory: directoryDatabase(env), events, endpoints: endpointsOf(env), now: systemClock, log: createLog(), wait }, event);
}

/** Tells an endpoint's object what somebody changed, and what waits for it. */
export async function tellEndpoint({ workspaceId, data }: Extract<StoredEvent, { type: "webhook.changed" }>, env: Env): Promise<void> {
  await offerPending({ db: databaseFor(env, workspaceId), endpoints: endpointsOf(env) }, workspaceId, data.webhookId);
}
