import { z } from "zod";
import type { Failed } from "./retry-policy.ts";

/** An attempt and what follows from it, as the database is to know; kept until it does, maybe by a later release: a field that is added has a `default`. */
export const Told = z.object({
  deliveryId: z.string(),
  attempt: z.number(),
  /** The round that the attempt was made in. */
  round: z.number(),
  startedAt: z.number(),
  ms: z.number(),
  outcome: z.enum(["succeeded", "failed", "unknown"]),
  status: z.number().nullable(),
  failure: z.string().nullable(),
  message: z.string().nullable(),
  responseHeaders: z.record(z.string(), z.string()),
  responseBody: z.string(),
  /** Of the delivery, after the attempt. */
  state: z.enum(["pending", "succeeded", "failed"]),
  nextAttemptAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  ticket: z.object({ ticketId: z.string(), ticketKey: z.string(), url: z.string(), state: z.enum(["open", "closed"]) }).nullable(),
});
export type Told = Readonly<z.infer<typeof Told>>;

/** What an answer says is kept up to here, in UTF-16 units: whoever reads it takes 20 KB. */
const mostBody = 20_480;
const mostMessage = 2_000;

/** What receivers write may hold what a database cannot keep in a text: characters that are none, and the one that ends a text. */
export const storable = (text: string, most = mostBody): string => text.slice(0, most).toWellFormed().replaceAll("\0", "\ufffd");

export const ticketOf = ({ state, ticketId, ticketKey, url }: NonNullable<Told["ticket"]>): Told["ticket"] => ({
  ticketId: storable(ticketId),
  ticketKey: storable(ticketKey),
  url: storable(url),
  state,
});

/** What is told of an attempt that failed. */
export const failureOf = ({ failure, message }: Failed): Pick<Told, "outcome" | "failure" | "message"> => ({
  outcome: failure === "lost" ? "unknown" : "failed",
  failure,
  message: storable(message, mostMessage),
});
