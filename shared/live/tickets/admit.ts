import { findStandingSession } from "../../identity/index.ts";
import { findStandingKey } from "../../keys/index.ts";
import { AppError, type VisitorContext } from "../../platform/index.ts";
import type { Device } from "../../presence/index.ts";
import type { Rights } from "../rights/rights.ts";
import type { Arrival } from "../shard/sockets/arrival.ts";
import { shardOf } from "../shard-of.ts";
import { readTicket, type Ticket, type TicketTimes } from "./ticket.ts";

/**
 * Who comes with a ticket, and what they may do at this moment: whether the session or the key that it was made for still is, the database is asked
 * again. That it was not used before, only the object can tell that takes the socket.
 * @throws AppError `unauthenticated`, with the same words whatever is wrong; `forbidden` for a key in the wrong place, and for who is suspended
 */
export async function admit(visitor: VisitorContext, { ticket: text, device }: { readonly ticket: string; readonly device: Device }): Promise<Arrival> {
  const ticket = await readTicket(visitor, text);
  const judgedAt = visitor.now();
  const rights = ticket && (await findRightsOf(visitor, ticket));
  if (ticket === null || rights === null) throw badTicket();
  return arrivalWith(ticket, rights, { device, judgedAt });
}

/** Somebody with a good ticket, who may do so much at this moment. */
export function arrivalWith(
  { issuedAt, goodUntil, ...ticket }: Ticket & TicketTimes,
  { permissions, allowedIps, ...rights }: Rights,
  how: Pick<Arrival, "device" | "judgedAt">,
): Arrival {
  const times = { ticketIssuedAt: issuedAt, ticketEndsAt: goodUntil };
  return { ...ticket, ...times, ...rights, ...how, shard: shardOf(ticket.userId, ticket.shards), permissions: [...permissions], allowedIps: [...allowedIps] };
}

async function findRightsOf({ directory, client, now }: VisitorContext, { actor: { kind, id }, userId, workspaceId }: Ticket): Promise<Rights | null> {
  const who = { id, userId, workspaceId };
  if (kind === "key") return findStandingKey(directory, { ...who, ip: client.ip }, now());
  const session = await findStandingSession(directory, who, now());
  return session && { ...session, allowedIps: [] };
}

/** For a ticket that is no good, whatever the reason. */
export function badTicket(): AppError {
  return new AppError(
    "unauthenticated",
    "This ticket is not valid (any more). Each opens one socket, within 30 seconds: get a new one at POST /api/v1/ws-tickets.",
  );
}
