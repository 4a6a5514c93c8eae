import { and, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Database } from "../../db/client.ts";
import { webhookDeliveries, webhookTickets } from "../../db/schema/index.ts";
import type { Statement } from "../../platform/index.ts";
import type { Ticket } from "../kinds/kind.ts";

interface Endpoint {
  readonly workspaceId: string;
  readonly webhookId: string;
}

/** What became of an attempt, as far as it is about a ticket. */
interface Told {
  readonly deliveryId: string;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly ms: number;
  readonly ticket: (Ticket & { readonly state: "open" | "closed" }) | null;
}

/**
 * What an attempt of an endpoint tells of the ticket of its subject, to be written in the batch with the attempt; nothing where it tells of none. Where
 * the delivery's row is gone nothing is written, and writing it again changes nothing.
 */
export function ticketStatements(db: Database, endpoint: Endpoint, { deliveryId, startedAt, ms, ticket }: Told): Statement[] {
  if (ticket === null) return [];
  const of = { ...endpoint, deliveryId, at: startedAt + ms };
  return [ticket.state === "open" ? upsertOpen(db, of, ticket) : close(db, of, ticket)];
}

interface OfDelivery extends Endpoint {
  readonly deliveryId: string;
  /** ms since 1970. */
  readonly at: number;
}

const isDelivery = ({ deliveryId, webhookId, workspaceId }: OfDelivery): SQL | undefined =>
  and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.workspaceId, workspaceId));

/** A ticket that is told of again stays the one that it was, since when it was opened; another takes its place. */
function upsertOpen(db: Database, of: OfDelivery, { ticketId, ticketKey, url }: Ticket): Statement {
  const given = <T extends string | number>(value: T): SQL.Aliased<T> => sql<T>`${value}`.as("value");
  const asItWas = (column: SQLiteColumn) => {
    const name = sql.identifier(column.name);
    return sql`iif(${webhookTickets.ticketId} = excluded.ticket_id, ${webhookTickets}.${name}, excluded.${name})`;
  };
  return db
    .insert(webhookTickets)
    .select(
      db
        .select({
          webhookId: webhookDeliveries.webhookId,
          subject: webhookDeliveries.subject,
          workspaceId: webhookDeliveries.workspaceId,
          ticketId: given(ticketId),
          ticketKey: given(ticketKey),
          url: given(url),
          deliveryId: webhookDeliveries.id,
          openedAt: given(of.at),
          closedAt: sql<null>`null`.as("value"),
        })
        .from(webhookDeliveries)
        .where(isDelivery(of)),
    )
    .onConflictDoUpdate({
      target: [webhookTickets.webhookId, webhookTickets.subject],
      set: {
        deliveryId: asItWas(webhookTickets.deliveryId),
        openedAt: asItWas(webhookTickets.openedAt),
        ticketId: sql`excluded.ticket_id`,
        ticketKey: sql`excluded.ticket_key`,
        url: sql`excluded.url`,
        closedAt: null,
      },
    });
}

function close(db: Database, of: OfDelivery, { ticketId }: Ticket): Statement {
  return db
    .update(webhookTickets)
    .set({ closedAt: of.at })
    .where(
      and(
        eq(webhookTickets.webhookId, of.webhookId),
        eq(webhookTickets.workspaceId, of.workspaceId),
        inArray(webhookTickets.subject, db.select({ subject: webhookDeliveries.subject }).from(webhookDeliveries).where(isDelivery(of))),
        // Not one that was opened in its place.
        eq(webhookTickets.ticketId, ticketId),
        isNull(webhookTickets.closedAt),
      ),
    );
}
