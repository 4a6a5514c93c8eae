import { z } from "zod";
import { idPattern } from "../../platform/index.ts";
import type { Verdict } from "../kinds/kind.ts";

/** What the object of an endpoint knows of its settings. Whoever offers something tells them along, since they may have changed. */
export interface EndpointSettings {
  readonly workspaceId: string;
  readonly webhookId: string;
  /** Of the endpoint's row: older settings than those that are known change nothing. */
  readonly version: number;
  readonly isEnabled: boolean;
  readonly ordering: "none" | "per-subject";
  /** Null for no limit. */
  readonly throttle: { readonly limit: number; readonly windowMs: number } | null;
  /** Attempts at once, at most. */
  readonly concurrency: number;
  /** In ms, after an attempt of which nothing is known (`Kind.afterUnknownMs`). */
  readonly afterUnknownMs: number;
}

/** A delivery that is to be made. */
export interface Offer {
  readonly deliveryId: string;
  readonly round: number;
  readonly subject: string;
  /** Offers of one subject go out in this order: the event's time and id. */
  readonly order: string;
  /** Attempts that were made so far, in all rounds. */
  readonly attempts: number;
  /** ms since 1970. */
  readonly dueAt: number;
}

/** What travels in the queues: a hint that an endpoint's object leased these deliveries to whoever gets this. */
export const DeliveryMessage = z.object({
  v: z.literal(1),
  workspaceId: z.string().regex(idPattern("workspace")),
  webhookId: z.string().regex(idPattern("webhook")),
  lease: z.string().min(1).max(64),
  /** ms since 1970: from then on others may make these attempts, and who comes later makes none. */
  leaseUntil: z.int(),
  deliveryIds: z
    .array(z.string().regex(idPattern("delivery")))
    .min(1)
    .max(100),
});
export type DeliveryMessage = z.infer<typeof DeliveryMessage>;

/** An attempt that may be made now, by whoever took it and by nobody else. */
export interface TakenAttempt {
  readonly deliveryId: string;
  readonly attempt: number;
  /** Whether an earlier attempt may have arrived although nobody knows. */
  readonly mayHaveArrived: boolean;
}

/** What an attempt came to, as it is kept. */
export interface AttemptReport {
  readonly deliveryId: string;
  readonly attempt: number;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly ms: number;
  readonly status: number | null;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
  readonly result:
    | Verdict
    /** No attempt was made, and none is counted: the workspace is suspended, or the endpoint disabled. Everything of the endpoint waits. */
    | { readonly is: "held" }
    /** No attempt was made, and none will be: the delivery or the endpoint is gone. */
    | { readonly is: "dropped" }
    /** No attempt was made, for want of time or of what is stored. None is counted, and somebody else may make it at once. */
    | { readonly is: "unmade" };
}

/** How an endpoint is doing, as its object knows. */
export interface EndpointHealth {
  readonly breaker: "closed" | "open" | "half-open";
  /** When the breaker lets an attempt through again; null where it does anyway. */
  readonly opensAt: number | null;
  /** Since when no attempt succeeded, ms since 1970; null when the last one did. */
  readonly failingSince: number | null;
  readonly waiting: number;
  readonly inFlight: number;
}

/** The objects of endpoints, by the endpoint's id. */
export interface Endpoints {
  /** Takes deliveries into the schedule. One that it knows of this round, or of a later one, is not taken twice. */
  offer(settings: EndpointSettings, offers: readonly Offer[]): Promise<void>;
  /** Tells changed settings; what waits goes on by them. */
  configure(settings: EndpointSettings): Promise<void>;
  /** The attempts of a lease; none when it is over, was taken before, or the endpoint was disabled meanwhile. */
  take(webhookId: string, lease: string): Promise<readonly TakenAttempt[]>;
  /** Tells what attempts came to. A report of an attempt that is not under way changes nothing. */
  report(webhookId: string, reports: readonly AttemptReport[]): Promise<void>;
  health(webhookId: string): Promise<EndpointHealth>;
  /** Sees to what is due, for one whose alarm was lost. */
  resume(webhookId: string): Promise<void>;
  /** Forgets everything: the endpoint was deleted. */
  clear(webhookId: string): Promise<void>;
}
