import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";
import { sites, webhooks } from "../../db/schema/index.ts";
import { evaluate } from "../../expressions/index.ts";
import { AppError, type DatedEvent, type Log } from "../../platform/index.ts";
import { expandTypes } from "../catalogue/catalogue.ts";
import type { PublicEvent } from "../catalogue/public-event.ts";
import type { WebhookRow } from "../endpoints/stored-webhook.ts";

interface MatchDeps {
  readonly db: Database;
  readonly log: Log;
}

const Names = z.array(z.string()).catch([]);

/** The endpoints of a workspace that take a type of events, without those that are switched off. What happens to an endpoint is not told to itself. */
export async function findTakers(db: Database, event: DatedEvent): Promise<WebhookRow[]> {
  const rows = await db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.workspaceId, event.workspaceId), isNull(webhooks.disabledAt)));
  const about = "webhookId" in event.data ? event.data.webhookId : null;
  const types = (row: WebhookRow): ReadonlySet<string> => expandTypes(Names.parse(row.events));
  return rows.filter((row) => row.id !== about && types(row).has(event.type));
}

/** Those of them whose project and filter let an event through. */
export async function letThrough(deps: MatchDeps, takers: readonly WebhookRow[], event: PublicEvent, origin: string | null): Promise<WebhookRow[]> {
  const inProject = await projectFilter(deps.db, takers, event.workspaceId, origin);
  const near = takers.filter(inProject);
  const wanted = await Promise.all(near.map((row) => passesFilter(deps.log, row, event)));
  return near.filter((_, index) => wanted[index]);
}

/** Only what happens to a site of a project concerns it. */
async function projectFilter(db: Database, takers: readonly WebhookRow[], workspaceId: string, origin: string | null): Promise<(row: WebhookRow) => boolean> {
  if (takers.every(({ projectId }) => projectId === null)) return () => true;
  const found =
    origin === null
      ? []
      : await db
          .select({ projectId: sites.projectId })
          .from(sites)
          .where(and(eq(sites.workspaceId, workspaceId), eq(sites.origin, origin)));
  const projects = new Set(found.map(({ projectId }) => projectId));
  return ({ projectId }) => projectId === null || projects.has(projectId);
}

/** A filter that fails lets nothing through. What it failed with is not logged: it may quote the event. */
async function passesFilter(log: Log, { filter, workspaceId }: WebhookRow, event: PublicEvent): Promise<boolean> {
  if (filter === null) return true;
  try {
    return (await evaluate(filter, event)) === true;
  } catch (error) {
    log.warn("filter of a webhook failed", { workspaceId, eventId: event.id, eventType: event.type, errorCode: AppError.from(error).code });
    return false;
  }
}
