import { and, asc, count, eq, isNull, lt, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { type Clock, errorFields, type Log, minuteMs } from "../../platform/index.ts";
import type { WebhookRow } from "../endpoints/stored-webhook.ts";
import type { Endpoints } from "../schedule/endpoint.ts";
import { settingsOf } from "../schedule/settings-of.ts";
import { offerOf } from "./offer-of.ts";
import { isPending, offered, offersPerPage } from "./offer-pending.ts";
import { offerInPages } from "./offer-recorded.ts";

interface SweepDeps {
  readonly db: Database;
  readonly endpoints: Pick<Endpoints, "health" | "offer" | "resume">;
  readonly now: Clock;
  readonly log: Log;
}

/** What was due so long ago, and was not attempted, may be unknown to its endpoint's object. */
const overdueMs = 2 * minuteMs;
const endpointsPerTick = 50;
/** Of one endpoint, in pages. */
const offersPerTick = 5 * offersPerPage;
/** An object that seems to know all is asked no more than that it does; but so many laps of ticks apart it is told all the same. */
const lapsBetweenTellings = 30;

/**
 * Offers again what is overdue. Most of it is known to its endpoint's object, and waits there: for a throttle, a breaker, or others of its subject. So an object
 * is first asked how much it knows of, and as much as is stored is offered only now and then. And each tick has its turn: of the endpoints at which something is
 * overdue 50, each of which is woken, and of each of these a thousand, the ones behind those of the turn before; what an object never heard of comes to its
 * turn however much waits beside it. An endpoint that fails does not keep the others from theirs. Returns how many were offered.
 */
export async function sweepDeliveries(deps: SweepDeps): Promise<number> {
  const before = deps.now() - overdueMs;
  const ids = await findEndpoints(deps.db, before);
  if (ids.length === 0) return 0;
  const tick = Math.floor(deps.now() / minuteMs);
  const ticksPerLap = Math.ceil(ids.length / endpointsPerTick);
  const first = (tick % ticksPerLap) * endpointsPerTick;
  const rows = await deps.db
    .select()
    .from(webhooks)
    .where(isOneOf(webhooks.id, ids.slice(first, first + endpointsPerTick)));
  const lap = Math.floor(tick / ticksPerLap);
  const counts = await Promise.all(rows.map((row) => offerSafely(deps, row, { before, lap })));
  return counts.reduce((sum, each) => sum + each, 0);
}

/** Endpoints, in the order of their ids. Jumps from one to the next in the index, past whatever else is overdue at it. */
async function findEndpoints(db: Database, before: number): Promise<string[]> {
  const deliveries = webhookDeliveries;
  const next = (behind: ReturnType<typeof sql>) => sql`select min(${deliveries.webhookId}) from ${deliveries} where ${isPending} and ${behind}`;
  const found = await db
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(
      and(
        isNull(webhooks.disabledAt),
        sql`${webhooks.id} in (
          with recursive waiting(id) as (
            ${next(sql`${deliveries.webhookId} > ''`)}
            union all
            select (${next(sql`${deliveries.webhookId} > waiting.id`)}) from waiting where waiting.id is not null
          )
          select id from waiting where exists (
            select 1 from ${deliveries} where ${isPending} and ${deliveries.webhookId} = waiting.id and ${deliveries.nextAttemptAt} < ${before}))`,
      ),
    )
    .orderBy(asc(webhooks.id));
  return found.map(({ id }) => id);
}

interface Turn {
  readonly before: number;
  readonly lap: number;
}

async function offerSafely(deps: SweepDeps, row: WebhookRow, turn: Turn): Promise<number> {
  try {
    return await offerOverdue(deps, row, turn);
  } catch (error) {
    deps.log.warn("overdue deliveries were not offered", { workspaceId: row.workspaceId, ...errorFields(error) });
    return 0;
  }
}

async function offerOverdue({ db, endpoints }: SweepDeps, row: WebhookRow, { before, lap }: Turn): Promise<number> {
  const { id, webhookId, workspaceId, nextAttemptAt } = webhookDeliveries;
  const [stored] = await db
    .select({ pending: count(), overdue: sql<number>`count(iif(${nextAttemptAt} < ${before}, 1, null))` })
    .from(webhookDeliveries)
    .where(and(isPending, eq(webhookId, row.id)));
  const { pending, overdue } = stored ?? { pending: 0, overdue: 0 };
  if (overdue === 0) return 0;
  // Its alarm may be lost, and with it the ends of leases, which would keep their places.
  await endpoints.resume(row.id);
  const { waiting, inFlight } = await endpoints.health(row.id);
  const seemsToKnowAll = waiting + inFlight >= pending;
  if (seemsToKnowAll && lap % lapsBetweenTellings !== 0) return 0;
  const turn = seemsToKnowAll ? Math.floor(lap / lapsBetweenTellings) : lap;
  const rows = await db
    .select(offered)
    .from(webhookDeliveries)
    .where(and(isPending, eq(webhookId, row.id), lt(nextAttemptAt, before), eq(workspaceId, row.workspaceId)))
    .orderBy(asc(nextAttemptAt), asc(id))
    .limit(offersPerTick)
    .offset((turn % Math.ceil(overdue / offersPerTick)) * offersPerTick);
  await offerInPages(endpoints, settingsOf(row), rows.map(offerOf));
  return rows.length;
}
