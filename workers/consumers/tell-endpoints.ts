import { endpointsOf } from "../../durable-objects/stubs.ts";
import { type Database, databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { createGather, createLog, type DatedEvent, reportFault, type StoredEvent, systemClock } from "../../shared/platform/index.ts";
import { offerPending, type Settled, settleEvents } from "../../shared/webhooks/index.ts";
import type { Delivery } from "./consumer.ts";

/** An event, and the database that it is stored in. */
interface DueEvent {
  readonly event: DatedEvent;
  readonly db: Database;
}

export const wait = (ms: number): Promise<void> => scheduler.wait(ms);

/** How long an event waits for the others of its batch, to be written and told together. */
const longestMs = 10;

/** Brings together the events of a batch that are to be marked handled, with what they come to at the endpoints of their workspaces. */
export const gatherEvents = (delivery: Delivery) => createGather<DueEvent, Settled>({ work: (due) => settleAll(due, delivery), longestMs, wait });

async function settleAll(due: readonly DueEvent[], { env, context }: Delivery): Promise<PromiseSettledResult<Settled>[]> {
  const shared = { directory: directoryDatabase(env), endpoints: endpointsOf(env), now: systemClock, log: createLog() };
  const fault: Parameters<typeof settleEvents>[0]["fault"] = (what, cause, fields) =>
    reportFault({ env, context }, what, cause, { domain: "webhooks", ...fields });
  const results = new Map<DueEvent, PromiseSettledResult<Settled>>();
  const settleSome = async (some: readonly DueEvent[], db: Database, events: Database): Promise<void> => {
    const settled = await settleEvents(
      { ...shared, db, events, fault },
      some.map(({ event }) => event),
    );
    for (const [index, result] of settled.entries()) {
      const one = some[index];
      if (one !== undefined) results.set(one, result);
    }
  };
  // Today there is one database, and with it one group.
  const ofHomes = Map.groupBy(due, ({ event }) => databaseFor(env, event.workspaceId));
  for (const [home, ofHome] of ofHomes) {
    await Promise.all([...Map.groupBy(ofHome, ({ db }) => db)].map(([events, some]) => settleSome(some, home, events)));
  }
  return due.map((one) => results.get(one) ?? { status: "rejected", reason: new Error("Nothing is known of it.") });
}

/** Tells an endpoint's object what somebody changed, and what waits for it. */
export async function tellEndpoint({ workspaceId, data }: Extract<StoredEvent, { type: "webhook.changed" }>, env: Env): Promise<void> {
  await offerPending({ db: databaseFor(env, workspaceId), endpoints: endpointsOf(env) }, workspaceId, data.webhookId);
}
