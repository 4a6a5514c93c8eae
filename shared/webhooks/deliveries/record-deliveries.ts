import { and, eq, gte, lte, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { type Clock, type DatedEvent, derivedId, errorFields, idsSince, type Log, minuteMs, type Statement, sha256 } from "../../platform/index.ts";
import { present, subjectOfStored } from "../catalogue/catalogue.ts";
import type { WebhookRow } from "../endpoints/stored-webhook.ts";
import type { Endpoints, Offer } from "../schedule/endpoint.ts";
import { settingsOf } from "../schedule/settings-of.ts";
import { findTakers, letThrough } from "./matching-endpoints.ts";
import { offerOf } from "./offer-of.ts";
import { waitForTurn } from "./wait-for-turn.ts";

export interface FanOutDeps {
  /** Holds the workspace's own things. */
  readonly db: Database;
  readonly directory: Database;
  /** Where the event is stored. */
  readonly events: Database;
  readonly endpoints: Pick<Endpoints, "offer">;
  readonly now: Clock;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** What an event comes to at the endpoints of its workspace. */
export interface RecordedDeliveries {
  /** In `db`; they belong in the batch that marks the event handled. */
  readonly statements: readonly Statement[];
  /** Tells the endpoints' objects, once that batch is committed. Never throws: what they were not told is swept. */
  readonly offer: () => Promise<void>;
}

const nothing: RecordedDeliveries = { statements: [], offer: async () => {} };

/**
 * One delivery for each endpoint that wants an event. Where no endpoint takes its type, that is found out with one question, and for events that are
 * nobody's else's with none.
 * @throws AppError `unavailable` while an earlier event about the same is not handled, for endpoints that keep the order
 */
export async function recordDeliveries(deps: FanOutDeps, event: DatedEvent): Promise<RecordedDeliveries> {
  if (subjectOfStored(event) === null) return nothing;
  const takers = await findTakers(deps.db, event);
  const told = takers.length === 0 ? null : await present(deps, event, event.createdAt);
  if (told === null) return nothing;
  const endpoints = await letThrough(deps, takers, told.event, told.origin);
  if (endpoints.length === 0) return nothing;
  if (endpoints.some(keepsOrder)) await waitForTurn(deps, event);

  const at = deps.now();
  const deliveries = await Promise.all(endpoints.map(async (endpoint) => ({ id: await deliveryIdOf(event, endpoint), endpoint })));
  const rows = deliveries.map(({ id, endpoint }) => ({ id, webhookId: endpoint.id }));
  const same = { subject: told.subject, eventId: event.id, round: 0, attempts: 0, nextAttemptAt: at, createdAt: at };
  // The columns are those of the table, in its order. Who deleted the endpoint or switched it off at this moment gets nothing.
  const insert = deps.db
    .insert(webhookDeliveries)
    .select(sql`
    select value ->> 'id', ${event.workspaceId}, ${webhooks.id}, ${event.id}, ${event.type}, ${told.subject}, ${JSON.stringify(told.event)}, 'pending', 0, 0, ${at}, null, ${at}, null
    from json_each(${JSON.stringify(rows)}) join ${webhooks} on ${webhooks.id} = value ->> 'webhookId'
    where ${webhooks.workspaceId} = ${event.workspaceId} and ${webhooks.disabledAt} is null`)
    .onConflictDoNothing();
  const offers = new Map(deliveries.map(({ id, endpoint }) => [endpoint, offerOf({ id, ...same })]));
  return { statements: [insert], offer: () => offerAll(deps, event, told.subject, offers) };
}

const keepsOrder = (row: WebhookRow): boolean => settingsOf(row).ordering === "per-subject";

/** The same however often the event is handled: what was offered twice is one delivery. */
async function deliveryIdOf(event: DatedEvent, { id: webhookId }: WebhookRow): Promise<string> {
  const since = idsSince("delivery", event.createdAt);
  return since + derivedId("delivery", await sha256(`${event.id}\n${webhookId}`)).slice(since.length);
}

async function offerAll(deps: FanOutDeps, event: DatedEvent, subject: string, offers: ReadonlyMap<WebhookRow, Offer>): Promise<void> {
  const { endpoints, log } = deps;
  const offerOne = async (endpoint: WebhookRow, offer: Offer): Promise<void> => {
    try {
      const earlier = keepsOrder(endpoint) ? await findEarlier(deps.db, event, endpoint, subject) : [];
      await endpoints.offer(settingsOf(endpoint), [...earlier, offer]);
    } catch (error) {
      log.warn("deliveries wait for the sweep", { workspaceId: event.workspaceId, eventId: event.id, ...errorFields(error) });
    }
  };
  await Promise.all([...offers].map(([endpoint, offer]) => offerOne(endpoint, offer)));
}

/** Longer than what was never offered waits for the sweep. */
const unsweptMs = 10 * minuteMs;

/** What waits at an endpoint about the same, and may not have been offered yet: in its order, that goes first. Whatever was offered is known there. */
async function findEarlier(db: Database, event: DatedEvent, { id: webhookId, workspaceId }: WebhookRow, subject: string): Promise<Offer[]> {
  const columns = webhookDeliveries;
  const rows = await db
    .select()
    .from(columns)
    .where(
      and(
        eq(columns.webhookId, webhookId),
        gte(columns.id, idsSince("delivery", event.createdAt - unsweptMs)),
        lte(columns.eventId, event.id),
        eq(columns.workspaceId, workspaceId),
        eq(columns.subject, subject),
        eq(columns.state, "pending"),
      ),
    );
  return rows.filter(({ eventId }) => eventId < event.id).map(offerOf);
}
