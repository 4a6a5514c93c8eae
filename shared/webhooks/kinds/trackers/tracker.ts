import type { Ticket } from "../kind.ts";

/** How a ticket is found there; `gone`: deleted, or out of sight. */
export type TicketStanding = "open" | "closed" | "gone";

/** What is done for one delivery in somebody's tracker. What a tracker does not take is thrown as a `StepError`, what `ask` throws goes through. */
export interface Tracker {
  /** The ticket that an earlier attempt of the delivery made; null where there is none to be seen. */
  findMade(): Promise<Ticket | null>;
  make(): Promise<Ticket>;
  standingOf(ticket: Ticket): Promise<TicketStanding>;
  /** Whether an earlier attempt of the delivery commented already. */
  isCommented(ticket: Ticket): Promise<boolean>;
  comment(ticket: Ticket, remark: string | null): Promise<void>;
  /** Null once it is closed, else why it cannot be: a remark for those who read the ticket, in their language. */
  close(ticket: Ticket): Promise<string | null>;
}

/** By what tickets and comments of a delivery are found again: letters, digits, `-` and `_`, so that neither JSON nor Markdown writes it otherwise. */
export const markOf = (deliveryId: string): string => `mentha-${deliveryId}`;
