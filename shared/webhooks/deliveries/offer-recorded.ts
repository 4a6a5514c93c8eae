import { and, eq, gte, lte } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { readTogether } from "../../db/read-together.ts";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { errorFields, idsSince, type Log, minuteMs } from "../../platform/index.ts";
import type { EndpointSettings, Endpoints, Offer } from "../schedule/endpoint.ts";
import type { Taker } from "./matching-endpoints.ts";
import { offerOf } from "./offer-of.ts";
import { offered, offersPerPage } from "./offer-pending.ts";
import type { RecordedEvent } from "./record-deliveries.ts";

export interface OfferRecordedDeps {
  readonly db: Database;
  readonly endpoints: Pick<Endpoints, "offer">;
  readonly log: Log;
}

interface Due {
  readonly taker: Taker;
  readonly offer: Offer;
  /** When the event was recorded. */
  readonly recordedAt: number;
}

/** Tells each endpoint's object of all that several events came to there, in their order. Never throws: what an object was not told is swept. */
export async function offerRecorded(deps: OfferRecordedDeps, recorded: readonly RecordedEvent[]): Promise<void> {
  const due = recorded.flatMap(({ event, offerings }) => offerings.map((offering): Due => ({ ...offering, recordedAt: event.createdAt })));
  const ofEndpoints = Map.groupBy(due, ({ taker }) => taker.id);
  await Promise.all([...ofEndpoints.values()].map((ofOne) => offerSafely(deps, ofOne)));
}

async function offerSafely({ db, endpoints, log }: OfferRecordedDeps, due: readonly Due[]): Promise<void> {
  const [first] = due;
  if (first === undefined) return;
  const { settings, workspaceId } = first.taker;
  try {
    const earlier = settings.ordering === "per-subject" ? await findEarlier(db, first.taker, due) : [];
    await offerInPages(endpoints, settings, [...earlier, ...due.map(({ offer }) => offer)].toSorted(byOrder));
  } catch (error) {
    log.warn("deliveries wait for the sweep", { workspaceId, eventId: first.offer.order, count: due.length, ...errorFields(error) });
  }
}

const byOrder = (a: Offer, b: Offer): number => Number(a.order > b.order) - Number(a.order < b.order);

/** Tells an endpoint's object of deliveries, not too many at once. */
export async function offerInPages(endpoints: Pick<Endpoints, "offer">, settings: EndpointSettings, offers: readonly Offer[]): Promise<void> {
  for (let from = 0; from < offers.length; from += offersPerPage) await endpoints.offer(settings, offers.slice(from, from + offersPerPage));
}

/** Longer than what was never offered waits for the sweep. */
const unsweptMs = 10 * minuteMs;

/** What waits at an endpoint about the same, and may not have been offered yet: in its order, that goes first. Whatever was offered is known there. */
async function findEarlier(db: Database, { id: webhookId, workspaceId }: Taker, due: readonly Due[]): Promise<Offer[]> {
  const columns = webhookDeliveries;
  const last = new Map(due.map(({ offer }) => [offer.subject, offer.order]));
  const rows = await readTogether(
    db,
    db
      .select(offered)
      .from(columns)
      .where(
        and(
          eq(columns.webhookId, webhookId),
          gte(columns.id, idsSince("delivery", Math.min(...due.map(({ recordedAt }) => recordedAt)) - unsweptMs)),
          lte(columns.eventId, due.at(-1)?.offer.order ?? ""),
          eq(columns.workspaceId, workspaceId),
          isOneOf(columns.subject, [...last.keys()]),
          // Bound, so that the index of all that waits is not taken for the one of ids: a great deal may wait.
          eq(columns.state, "pending"),
        ),
      ),
  );
  const own = new Set(due.map(({ offer }) => offer.deliveryId));
  return rows.filter(({ id, subject, eventId }) => !own.has(id) && eventId < (last.get(subject) ?? "")).map(offerOf);
}
