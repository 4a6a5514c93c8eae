import { z } from "zod";
import { AnyUrl, Count, Id, ListQuery, listOf, Millis, Text } from "../../platform/index.ts";
import { PublicEventType } from "../catalogue/public-event.ts";
import { failureKinds } from "../kinds/kind.ts";

/** Deliveries that one replay may ask for again. */
export const maxReplayed = 10_000;
/** Attempts that are told of one delivery: it has about ten, and again as many each time that it is asked for again. */
export const maxAttemptsShown = 100;

export const deliveryStates = ["pending", "succeeded", "failed"] as const;
const DeliveryState = z.enum(deliveryStates).describe("`pending` until an attempt succeeds or no more is made; `failed` when none is made any more");
export const Failure = z.enum(failureKinds).describe("Why an attempt failed, for programs");

const described = {
  id: Id("delivery"),
  webhookId: Id("webhook"),
  eventId: Id("event"),
  type: PublicEventType,
  subject: AnyUrl.describe("What the event is about, such as `audit:aud_…`; what is about the same belongs together"),
  state: DeliveryState,
  round: Count.describe("How often somebody had it sent again, or enabled its webhook while it waited"),
  attempts: Count.describe("How many attempts were made, in all rounds"),
  nextAttemptAt: Millis.nullable().describe("When the next attempt is due; null when none is. One that waits for its endpoint may be made later"),
  failure: Failure.nullable().describe("Why the last attempt failed; null where none did"),
  createdAt: Millis,
  finishedAt: Millis.nullable().describe("When it succeeded or failed for good; it is kept for 30 days from then on"),
};

/** One event for one endpoint, and what became of it. */
export const Delivery = z.object(described).meta({ id: "Delivery" });
export type Delivery = z.infer<typeof Delivery>;
export const DeliveryList = listOf(Delivery).meta({ id: "DeliveryList" });
export type DeliveryList = z.infer<typeof DeliveryList>;

export const HeaderTexts = z.record(Text(200), Text(8_192));

/** What is told of any attempt, also of one that is only a test. */
export const attempted = {
  startedAt: Millis,
  ms: Count.describe("How long it took"),
  // What answers may be anything: some say 999.
  status: z.int().min(100).max(999).nullable().describe("HTTP status of the last answer; null when nothing answered"),
  failure: Failure.nullable(),
  message: Text(2_000).nullable().describe("What went wrong, in a sentence; null for a success"),
  responseHeaders: HeaderTexts.describe("Headers of the answer: a text of others, not to be trusted"),
  responseBody: Text(20_480).describe("The first 20 KB of the answer: a text of others. Show it as text, never as HTML"),
};

const DeliveryAttempt = z
  .object({
    attempt: Count,
    outcome: z.enum(["succeeded", "failed", "unknown"]).describe("`unknown` for one that was begun and never heard of again: it may have arrived"),
    ...attempted,
  })
  .meta({ id: "DeliveryAttempt" });

export const DeliveryDetails = z
  .object({
    ...described,
    payload: z.record(Text(200), z.unknown()).describe("The event, as receivers of the kind `http` without a template get it"),
    attemptLog: z.array(DeliveryAttempt).max(maxAttemptsShown).describe("The newest attempts, newest first"),
  })
  .meta({ id: "DeliveryDetails" });
export type DeliveryDetails = z.infer<typeof DeliveryDetails>;

const Since = Millis.describe("What happened at this time or later: milliseconds since 1970, UTC");
const Until = Millis.describe("What happened before this time: milliseconds since 1970, UTC");
/** The most that `Millis` lets through. */
const lastMillis = 8_640_000_000_000_000;
const queryTime = (text: string) => z.coerce.number().int().min(0).max(lastMillis).optional().describe(text);

export const ListDeliveriesQuery = ListQuery.extend({
  state: DeliveryState.optional(),
  type: PublicEventType.optional(),
  since: queryTime("What happened at this time or later: milliseconds since 1970, UTC"),
  until: queryTime("What happened before this time"),
});
export type ListDeliveriesQuery = z.infer<typeof ListDeliveriesQuery>;

export const ReplayInput = z
  .strictObject({
    since: Since,
    until: Until.optional(),
    types: z.array(PublicEventType).min(1).max(50).optional().describe("Of these types alone"),
    failedOnly: z
      .boolean()
      .default(true)
      .describe("Only what failed for good or waits to be tried again; else also what succeeded, which receivers get once more"),
    preview: z.boolean().default(false).describe("Only counts, and changes nothing"),
  })
  .meta({ id: "ReplayInput" });
export type ReplayInput = z.infer<typeof ReplayInput>;

export const Replay = z
  .object({
    count: z.int().min(0).max(maxReplayed).describe("How many deliveries are made again"),
    preview: z.boolean().describe("Whether they were only counted"),
    waits: z.boolean().describe("Whether the webhook is disabled: then nothing is sent until somebody enables it"),
  })
  .meta({ id: "Replay" });
export type Replay = z.infer<typeof Replay>;
