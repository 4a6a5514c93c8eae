import { z } from "zod";
import { Count, Id, listOf, Millis, Text } from "../platform/index.ts";

const queueNames = ["events", "analysis", "work", "webhooks", "webhooks-slow"] as const;
export const QueueName = z.enum(queueNames);
export type QueueName = z.infer<typeof QueueName>;

/** A message that could not be processed, kept until a person replays or drops it. */
const DeadLetter = z
  .object({
    id: Id("parked"),
    queue: QueueName,
    errorCode: Text(100),
    errorMessage: Text(2_000),
    attempts: Count,
    parkedAt: Millis,
    body: Text(130_000).describe("The message, as JSON"),
  })
  .meta({ id: "DeadLetter" });
export const DeadLetterList = listOf(DeadLetter).meta({ id: "DeadLetterList" });
export type DeadLetterList = z.infer<typeof DeadLetterList>;

/** What the fallback keeps in the object store while the database cannot be written. */
export const Parked = z.object({
  queue: QueueName,
  messageId: z.string(),
  body: z.unknown(),
  errorCode: z.string(),
  errorMessage: z.string(),
  attempts: z.int(),
});
export type Parked = z.infer<typeof Parked>;
