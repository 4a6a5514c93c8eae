import type { Ticket, Verdict } from "../kinds/kind.ts";

export type FailedVerdict = Extract<Verdict, { is: "failed" }>;

/** `gone`: deleted, or out of sight. */
export type Standing = "open" | "closed" | "gone";

/** What is done for one delivery in somebody's tracker. What a tracker does not take is thrown as a `StepError`, what `ask` throws goes through. */
export interface Tracker {
  /** The ticket that an earlier attempt of the delivery made; null where there is none to be seen. */
  findMade(): Promise<Ticket | null>;
  make(): Promise<Ticket>;
  standingOf(ticket: Ticket): Promise<Standing>;
  /** Whether an earlier attempt of the delivery commented already. */
  isCommented(ticket: Ticket): Promise<boolean>;
  comment(ticket: Ticket, remark: string | null): Promise<void>;
  /** Null once it is closed, else why it cannot be: a remark for those who read the ticket, in their language. */
  close(ticket: Ticket): Promise<string | null>;
}

/** Ends an attempt in the middle. */
export class StepError extends Error {
  override readonly name = "StepError";
  readonly verdict: FailedVerdict;

  constructor(verdict: FailedVerdict) {
    super(verdict.message);
    this.verdict = verdict;
  }
}

/** By what tickets and comments of a delivery are found again: letters, digits, `-` and `_`, so that neither JSON nor Markdown writes it otherwise. */
export const markOf = (deliveryId: string): string => `mentha-${deliveryId}`;

/** For an endpoint whose credentials or options cannot be read any more. */
export const unreadableSettings: FailedVerdict = {
  is: "failed",
  failure: "settings",
  message: "The credentials or options of this endpoint cannot be read. Set them again.",
  retry: "never",
};
