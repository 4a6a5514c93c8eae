import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { AppError, type Clock, type DatedEvent, derivedIdAt, type Log, type Statement, sha256 } from "../../platform/index.ts";
import { present, subjectOfStored } from "../catalogue/catalogue.ts";
import type { Offer } from "../schedule/endpoint.ts";
import { findTakers, letThrough, type Taker, takes } from "./matching-endpoints.ts";
import { offerOf } from "./offer-of.ts";

export interface RecordDeps {
  /** Holds the workspaces' own things. */
  readonly db: Database;
  readonly directory: Database;
  readonly now: Clock;
  readonly log: Log;
  /** Tells those who run the installation what nobody foresaw; `what` is a line of the log. */
  readonly fault: (what: string, cause: unknown, fields: Readonly<Record<string, string>>) => void;
}

/** A delivery, as it is told to the object of its endpoint. */
export interface Offering {
  readonly taker: Taker;
  readonly offer: Offer;
}

/** What an event comes to at the endpoints of its workspace. */
export interface RecordedEvent {
  readonly event: DatedEvent;
  /** In `db`; they belong in the batch that marks the event handled. */
  readonly statements: readonly Statement[];
  /** For the endpoints' objects, once that batch is committed. */
  readonly offerings: readonly Offering[];
  /** What the event is about, where some endpoint gets such events in their order; else null. */
  readonly inOrderOf: string | null;
}

/**
 * One delivery for each endpoint that wants an event, of several events at once; answers one by one, in their order. A workspace's endpoints are read once:
 * after all of these events were recorded. Where no endpoint takes a type, that is all that is asked, and for events that are nobody else's nothing is.
 */
export function recordDeliveries(deps: RecordDeps, events: readonly DatedEvent[]): Promise<PromiseSettledResult<RecordedEvent>[]> {
  const known = new Map<string, Promise<Taker[]>>();
  const takersOf = (workspaceId: string): Promise<Taker[]> => {
    const takers = known.get(workspaceId) ?? findTakers(deps.db, workspaceId);
    known.set(workspaceId, takers);
    return takers;
  };
  return Promise.allSettled(events.map((event) => recordEvent(deps, event, takersOf)));
}

async function recordEvent(deps: RecordDeps, event: DatedEvent, takersOf: (workspaceId: string) => Promise<Taker[]>): Promise<RecordedEvent> {
  const nothing = { event, statements: [], offerings: [], inOrderOf: null };
  if (subjectOfStored(event) === null) return nothing;
  const takers = (await takersOf(event.workspaceId)).filter((taker) => takes(taker, event));
  const told = takers.length === 0 ? null : await presentSafely(deps, event);
  if (told === null) return nothing;
  const endpoints = await letThrough(deps, takers, told.event, told.origin);
  if (endpoints.length === 0) return nothing;

  const at = deps.now();
  const same = { subject: told.subject, eventId: event.id, round: 0, attempts: 0, nextAttemptAt: at, createdAt: at };
  const offerings = await Promise.all(endpoints.map(async (taker) => ({ taker, offer: offerOf({ id: await deliveryIdOf(event, taker), ...same }) })));
  const rows = offerings.map(({ taker, offer }) => ({ id: offer.deliveryId, webhookId: taker.id }));
  // The columns are those of the table, in its order. Who deleted the endpoint or switched it off at this moment gets nothing.
  const insert = deps.db
    .insert(webhookDeliveries)
    .select(sql`
    select value ->> 'id', ${event.workspaceId}, ${webhooks.id}, ${event.id}, ${event.type}, ${told.subject}, ${JSON.stringify(told.event)}, 'pending', 0, 0, ${at}, null, ${at}, null
    from json_each(${JSON.stringify(rows)}) join ${webhooks} on ${webhooks.id} = value ->> 'webhookId'
    where ${webhooks.workspaceId} = ${event.workspaceId} and ${webhooks.disabledAt} is null`)
    .onConflictDoNothing();
  const isOrdered = endpoints.some(({ settings }) => settings.ordering === "per-subject");
  return { event, statements: [insert], offerings, inOrderOf: isOrdered ? subjectOfStored(event) : null };
}

/**
 * What nobody can read does not get better: it is told to those who run the installation, and nobody else hears of it. The event is handled then, or it
 * would come again every minute.
 */
async function presentSafely(deps: RecordDeps, event: DatedEvent): ReturnType<typeof present> {
  try {
    return await present(deps, event, event.createdAt);
  } catch (error) {
    if (!isForGood(error)) throw error;
    const { workspaceId, id: eventId, type: eventType } = event;
    deps.fault("event cannot be told", error, { workspaceId, eventId, eventType });
    return null;
  }
}

/** Of what is stored, that it is not what it should be; a database that does not answer throws something else. */
const isForGood = (error: unknown): boolean => error instanceof z.ZodError || (error instanceof AppError && !error.retryable);

/** The same however often the event is handled: what was offered twice is one delivery. */
async function deliveryIdOf(event: DatedEvent, { id: webhookId }: Taker): Promise<string> {
  return derivedIdAt("delivery", event.createdAt, await sha256(`${event.id}\n${webhookId}`));
}
