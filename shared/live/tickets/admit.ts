import { findStandingSession } from "../../identity/index.ts";
import { findStandingKey } from "../../keys/index.ts";
import { AppError, type VisitorContext } from "../../platform/index.ts";
import type { Device } from "../../presence/index.ts";
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
  const standing = ticket && (await findStanding(visitor, ticket));
  if (ticket === null || standing === null) throw badTicket();
  return arrivalWith(ticket, standing, device);
}

type Standing = NonNullable<Awaited<ReturnType<typeof findStanding>>>;

/** Somebody with a good ticket, who may do so much at this moment. */
export function arrivalWith({ issuedAt, goodUntil, ...ticket }: Ticket & TicketTimes, { role, permissions, endsAt }: Standing, device: Device): Arrival {
  const shard = shardOf(ticket.userId, ticket.shards);
  return { ...ticket, ticketIssuedAt: issuedAt, ticketEndsAt: goodUntil, shard, role, permissions: [...permissions], device, endsAt };
}

function findStanding({ directory, client, now }: VisitorContext, { actor: { kind, id }, userId, workspaceId }: Ticket) {
  const who = { id, userId, workspaceId };
  return kind === "key" ? findStandingKey(directory, { ...who, ip: client.ip }, now()) : findStandingSession(directory, who, now());
}

/** For a ticket that is no good, whatever the reason. */
export function badTicket(): AppError {
  return new AppError(
    "unauthenticated",
    "This ticket is not valid (any more). Each opens one socket, within 30 seconds: get a new one at POST /api/v1/ws-tickets.",
  );
}
