import { idsSince } from "../../../platform/index.ts";
import type { Shipment, Ticket, Verdict } from "../kind.ts";
import type { WhenFixed } from "../settings.ts";
import { StepError } from "./step-error.ts";
import type { Tracker } from "./tracker.ts";

const delivered: Verdict = { is: "delivered" };

/**
 * One attempt at a tracker. A finding has one ticket as long as that is open: it is opened with it, commented on when the finding is back, and once it
 * is fixed treated as the endpoint's options say. Any other event is told in a ticket of its own, which nothing follows. Trackers do not tell a repeated
 * request: what may be there already is looked for.
 */
export async function followSubject(shipment: Shipment, tracker: Tracker, whenFixed: WhenFixed): Promise<Verdict> {
  try {
    if (shipment.event.type === "finding.opened") return await opened(shipment, tracker);
    if (shipment.event.type === "finding.fixed") return await fixed(shipment, tracker, whenFixed);
    if ((await findMade(shipment, tracker)) === null) await tracker.make();
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
    const isTold = (await isCommented(shipment, tracker, ticket)) || (await findMade(shipment, tracker)) !== null;
    if (!isTold) await tracker.comment(ticket, null);
    return delivered;
  }
  const made = await findMade(shipment, tracker);
  const standing = made === null ? "gone" : await tracker.standingOf(made);
  // One that was closed since is no open one, and was seen: there is no second one for the same delivery.
  return made === null || standing === "gone" ? withTicket(await tracker.make(), "open") : withTicket(made, standing);
}

async function fixed(shipment: Shipment, tracker: Tracker, whenFixed: WhenFixed): Promise<Verdict> {
  const { ticket } = shipment;
  if (ticket === null || whenFixed === "nothing") return delivered;
  // Sent again after the finding came back: what was opened since is about something that is not fixed.
  if (timeOf(shipment.deliveryId) < timeOf(ticket.openedBy)) return delivered;
  const standing = await tracker.standingOf(ticket);
  if (standing === "gone" || (standing === "closed" && whenFixed === "close")) return withTicket(ticket, "closed");

  const remark = whenFixed === "close" ? await tracker.close(ticket) : null;
  if (whenFixed === "close" && remark === null) return withTicket(ticket, "closed");
  if (!(await isCommented(shipment, tracker, ticket))) await tracker.comment(ticket, remark);
  return standing === "closed" ? withTicket(ticket, "closed") : delivered;
}

const timeLength = idsSince("delivery", 0).length;
/** Ids of deliveries begin with when their event happened, however late the attempt; this sorts by it. */
const timeOf = (deliveryId: string): string => deliveryId.slice(0, timeLength);

const withTicket = ({ ticketId, ticketKey, url }: Ticket, state: "open" | "closed"): Verdict => ({
  is: "delivered",
  ticket: { ticketId, ticketKey, url, state },
});

const findMade = async ({ mayHaveArrived }: Shipment, tracker: Tracker): Promise<Ticket | null> => (mayHaveArrived ? tracker.findMade() : null);

const isCommented = async ({ mayHaveArrived }: Shipment, tracker: Tracker, ticket: Ticket): Promise<boolean> => mayHaveArrived && tracker.isCommented(ticket);
