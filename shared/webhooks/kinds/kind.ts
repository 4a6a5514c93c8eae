import type { Language } from "../../platform/index.ts";
import type { PublicEvent } from "../catalogue/public-event.ts";
import type { Target } from "./target.ts";

/** A ticket in somebody's tracker. */
export interface Ticket {
  readonly ticketId: string;
  /** What people call it, such as `SHOP-12`. */
  readonly ticketKey: string;
  readonly url: string;
}

/** The ticket that stands for a subject. */
export interface OpenTicket extends Ticket {
  /** The delivery that opened it. */
  readonly openedBy: string;
}

/** One delivery on its way: everything that an attempt needs. */
export interface Shipment {
  /** Also the `webhook-id`, the same for every attempt. */
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly event: PublicEvent;
  /** What the event is about, such as `finding:https://shop.example title-missing`. */
  readonly subject: string;
  readonly target: Target;
  /** As they are stored; the kind's settings parse them. */
  readonly options: unknown;
  /** What the endpoint's template made of the event: an object for `http`, a text for the others; undefined where there is no template. */
  readonly templated: unknown;
  /** Of the workspace. */
  readonly language: Language;
  /** Where people reach this installation; no slash at the end. */
  readonly publicUrl: string;
  /** Whether an earlier attempt may have arrived although nobody knows: who must not do it twice looks first. */
  readonly mayHaveArrived: boolean;
  /** Somebody tries the endpoint out: what people are told says so in its title. */
  readonly isTest?: true;
  /** The open ticket of the subject, for kinds that have tickets. */
  readonly ticket: OpenTicket | null;
  /** ms since 1970. */
  readonly now: number;
}

/** One request of an attempt. */
export interface Asked {
  readonly url: string;
  /** `POST` when absent. */
  readonly method?: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The first 20 KB. */
  readonly body: string;
}

/** Asks within what is left of the attempt's 15 s, through egress, redirects not followed. Throws an `EgressError`. */
export type Ask = (request: Asked) => Promise<Answer>;

/** Why an attempt failed, for programs. */
export const failureKinds = [
  /** No complete answer within 15 s. */
  "timeout",
  /** No connection, or one that broke off. */
  "connection",
  /** Mentha does not send to this address: never tried again. */
  "refused",
  /** It points elsewhere; redirects are not followed. */
  "redirect",
  /** Any other answer that is no success. */
  "status",
  /** The receiver says that it takes nothing more, ever. */
  "gone",
  /** A 2xx that is no success by the rules of the kind, or an answer that cannot be understood. */
  "rejected",
  /** The endpoint's own settings do not work any more: a template that fails, credentials that cannot be read. */
  "settings",
  /** Sent, and never heard of again: whoever sent it is gone. */
  "lost",
] as const;
export type FailureKind = (typeof failureKinds)[number];

/**
 * What an attempt came to. A failure is tried again by the schedule; `few` at most three times in all, `never` not at all. `retryAfterMs` is what the
 * receiver asked to wait, of everything that is sent to it. `disables` ends the endpoint.
 */
export type Verdict =
  | {
      readonly is: "delivered";
      /** The ticket that it opened, or whose end it told. */
      readonly ticket?: Ticket & { readonly state: "open" | "closed" };
    }
  | {
      readonly is: "failed";
      readonly failure: FailureKind;
      /** In a sentence, for the person who looks. */
      readonly message: string;
      readonly retry: "schedule" | "few" | "never";
      readonly retryAfterMs?: number;
      readonly disables?: true;
    };

export type FailedVerdict = Extract<Verdict, { readonly is: "failed" }>;

/** How events get to one kind of receiver. */
export interface Kind {
  /** Does what one attempt does. Whatever `ask` throws may be let through: it is a failure by its code. */
  readonly deliver: (shipment: Shipment, ask: Ask) => Promise<Verdict>;
  /**
   * In ms: how long to wait after an attempt of which nothing is known. Where the receiver cannot tell a repeated request, it is looked up whether it
   * arrived, and what is looked in lags behind.
   */
  readonly afterUnknownMs: number;
  /** Whether the order by subject is always kept, since what comes later is about what came before. */
  readonly isOrdered: boolean;
}
