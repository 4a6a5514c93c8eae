import { and, asc, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { readTogether } from "../../db/read-together.ts";
import { sites, webhooks } from "../../db/schema/index.ts";
import { Budget } from "../../expressions/index.ts";
import { AppError, type DatedEvent, type Log } from "../../platform/index.ts";
import { expandTypes } from "../catalogue/catalogue.ts";
import type { PublicEvent } from "../catalogue/public-event.ts";
import type { EndpointSettings } from "../schedule/endpoint.ts";
import { settingsOf } from "../schedule/settings-of.ts";
import { askFilter, stepsPerEvent } from "./ask-filter.ts";

interface MatchDeps {
  readonly db: Database;
  readonly log: Log;
}

/** What decides whether an endpoint takes an event, and what its object is told of it. */
export interface Taker {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string | null;
  readonly filter: string | null;
  readonly types: ReadonlySet<string>;
  readonly settings: EndpointSettings;
}

const { id, workspaceId, projectId, filter, events, version, kind, disabledAt, ordering, throttleLimit, throttleWindowMs, concurrency } = webhooks;
/** Without what is sealed, which may be long. */
const read = { id, workspaceId, projectId, filter, events, version, kind, disabledAt, ordering, throttleLimit, throttleWindowMs, concurrency };

const Names = z.array(z.string()).catch([]);

/** The endpoints of a workspace that take events, the oldest first, without those that are switched off. */
export async function findTakers(db: Database, ofWorkspace: string): Promise<Taker[]> {
  const rows = await db
    .select(read)
    .from(webhooks)
    .where(and(eq(workspaceId, ofWorkspace), isNull(disabledAt)))
    .orderBy(asc(id));
  return rows.map((row) => ({
    id: row.id,
    workspaceId: row.workspaceId,
    projectId: row.projectId,
    filter: row.filter,
    types: expandTypes(Names.parse(row.events)),
    settings: settingsOf(row),
  }));
}

/** Whether an endpoint takes events of this type. What happens to an endpoint is not told to itself. */
export const takes = (taker: Taker, { type, data }: DatedEvent): boolean => taker.types.has(type) && taker.id !== ("webhookId" in data ? data.webhookId : null);

/** Those of them whose project and filter let an event through. */
export async function letThrough(deps: MatchDeps, takers: readonly Taker[], event: PublicEvent, origin: string | null): Promise<Taker[]> {
  const inProject = await projectFilter(deps.db, takers, event.workspaceId, origin);
  return askFilters(deps.log, takers.filter(inProject), event);
}

/** One after the other, so that it is always the same ones that are asked no more when all together took too much. */
async function askFilters(log: Log, takers: readonly Taker[], event: PublicEvent): Promise<Taker[]> {
  const wanted: Taker[] = [];
  const together = new Budget(stepsPerEvent);
  let unasked = 0;
  for (const taker of takers) {
    if (taker.filter === null) wanted.push(taker);
    else if (together.isSpent) unasked += 1;
    else if (await passesFilter(log, taker.filter, event, together)) wanted.push(taker);
  }
  if (unasked > 0) log.warn("filters of webhooks were not asked: others took too many steps", { ...named(event), count: unasked });
  return wanted;
}

const named = ({ workspaceId: ofWorkspace, id: eventId, type: eventType }: PublicEvent) => ({ workspaceId: ofWorkspace, eventId, eventType });

/** Only what happens to a site of a project concerns it. */
async function projectFilter(db: Database, takers: readonly Taker[], ofWorkspace: string, origin: string | null): Promise<(taker: Taker) => boolean> {
  if (takers.every((taker) => taker.projectId === null)) return () => true;
  const where = and(eq(sites.workspaceId, ofWorkspace), eq(sites.origin, origin ?? ""));
  const found = origin === null ? [] : await readTogether(db, db.select({ projectId: sites.projectId }).from(sites).where(where));
  const projects = new Set(found.map((site) => site.projectId));
  return (taker) => taker.projectId === null || projects.has(taker.projectId);
}

/** A filter that fails lets nothing through. What it failed with is not logged: it may quote the event. */
async function passesFilter(log: Log, filter: string, event: PublicEvent, together: Budget): Promise<boolean> {
  try {
    return (await askFilter(filter, event, together)) === true;
  } catch (error) {
    log.warn("filter of a webhook failed", { ...named(event), errorCode: AppError.from(error).code });
    return false;
  }
}
