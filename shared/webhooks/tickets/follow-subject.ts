import type { Shipment, Ticket, Verdict } from "../kinds/kind.ts";
import type { JiraOptions } from "../kinds/settings.ts";
import { StepError, type Tracker } from "./tracker.ts";

const delivered: Verdict = { is: "delivered" };

/**
 * One attempt at a tracker. A finding has one ticket as long as that is open: it is opened with it, commented on when the finding is back, and once it
 * is fixed treated as the endpoint's options say. Any other event is told in a ticket of its own, which nothing follows.
 */
export async function followSubject(shipment: Shipment, tracker: Tracker, whenFixed: JiraOptions["whenFixed"]): Promise<Verdict> {
  try {
    if (shipment.event.type === "finding.opened") return await opened(shipment, tracker);
    if (shipment.event.type === "finding.fixed") return await fixed(shipment, tracker, whenFixed);
    await makeOnce(shipment, tracker);
    return delivered;
  } catch (error) {
    if (error instanceof StepError) return error.verdict;
    throw error;
  }
}

/** Somebody may have closed the ticket, or deleted it, without Mentha: nobody would see a comment there. */
async function opened(shipment: Shipment, tracker: Tracker): Promise<Verdict> {
  const { ticket } = shipment;
  if (ticket !== null && (await tracker.standingOf(ticket)) === "open") {
    await commentOnce(shipment, tracker, ticket, null);
    return delivered;
  }
  return withTicket(await makeOnce(shipment, tracker), "open");
}

async function fixed(shipment: Shipment, tracker: Tracker, whenFixed: JiraOptions["whenFixed"]): Promise<Verdict> {
  const { ticket } = shipment;
  if (ticket === null || whenFixed === "nothing") return delivered;
  const standing = await tracker.standingOf(ticket);
  if (standing === "gone" || (standing === "closed" && whenFixed === "close")) return withTicket(ticket, "closed");

  const remark = whenFixed === "close" ? await tracker.close(ticket) : null;
  if (whenFixed === "close" && remark === null) return withTicket(ticket, "closed");
  await commentOnce(shipment, tracker, ticket, remark);
  return standing === "closed" ? withTicket(ticket, "closed") : delivered;
}

const withTicket = ({ ticketId, ticketKey, url }: Ticket, state: "open" | "closed"): Verdict => ({
  is: "delivered",
  ticket: { ticketId, ticketKey, url, state },
});

/** Trackers do not tell a repeated request: what may be there already is looked for. */
async function makeOnce({ mayHaveArrived }: Shipment, tracker: Tracker): Promise<Ticket> {
  return (mayHaveArrived ? await tracker.findMade() : null) ?? (await tracker.make());
}

async function commentOnce({ mayHaveArrived }: Shipment, tracker: Tracker, ticket: Ticket, remark: string | null): Promise<void> {
  if (mayHaveArrived && (await tracker.isCommented(ticket))) return;
  await tracker.comment(ticket, remark);
}
