import { z } from "zod";
import { Role } from "../../../identity/index.ts";
import { Id, Millis, permissions } from "../../../platform/index.ts";
import { devices } from "../../../presence/index.ts";
import { maxShards } from "../../shard-of.ts";
import { SocketActor } from "../../socket-actor.ts";

/** Names a tab of a browser for as long as it is open; chosen by the client. */
export const TabId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,}$/, "Use 8 to 64 letters, digits, _ or -")
  .max(64);

/** Somebody who comes with a good ticket: what the edge tells the object that is to hold their socket. */
export const Arrival = z.object({
  /** Of the ticket, which is good for one socket. */
  jti: z.string().min(8).max(100),
  ticketIssuedAt: Millis,
  ticketEndsAt: Millis,
  workspaceId: Id("workspace"),
  /** Which of the workspace's objects this is for, and how many there were when the ticket was made. */
  shard: z
    .int()
    .min(0)
    .max(maxShards - 1),
  shards: z.int().min(1).max(maxShards),
  /** Of a key: its maker. */
  userId: Id("user"),
  actor: SocketActor,
  role: Role,
  permissions: z.array(z.enum(permissions)),
  device: z.enum(devices),
  tabId: TabId.nullable(),
  /** When the session or the key ends by itself; null when it does not. */
  endsAt: Millis.nullable(),
  /** From where a key may be used; none for everywhere. */
  allowedIps: z.array(z.string()),
  /** When the database began to be asked for all of this, by the edge's clock: what was changed since then is not in it. */
  judgedAt: Millis,
});
export type Arrival = z.infer<typeof Arrival>;

/** Whole seconds until coming back may succeed. */
const RetryAfter = z.int().min(1).max(3_600);

/** Why an object takes somebody not. */
export const ArrivalRefusal = z.discriminatedUnion("code", [
  /** The ticket was used already, or ended. */
  z.object({ code: z.literal("used_ticket") }),
  /** What they may do changed since the edge asked for it. */
  z.object({ code: z.literal("outdated") }),
  /** The user has as many sockets as one may have. */
  z.object({ code: z.literal("too_many"), retryAfterSeconds: RetryAfter }),
  /** The object holds as many sockets as it can. */
  z.object({ code: z.literal("full"), retryAfterSeconds: RetryAfter }),
  /** It is for another object; the edge made a mistake. */
  z.object({ code: z.literal("misdirected") }),
]);
export type ArrivalRefusal = z.infer<typeof ArrivalRefusal>;

/** The header of an internal request that carries an arrival. No request from outside reaches an object. */
export const arrivalHeader = "mentha-arrival";

export const writeArrival = (arrival: Arrival): string => JSON.stringify(arrival);

/** Throws for anything but what `writeArrival` wrote. */
export const readArrival = (text: string | null): Arrival => Arrival.parse(JSON.parse(text ?? "null"));
