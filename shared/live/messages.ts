import { z } from "zod";
import { AuditStatus, LiveProgress } from "../audits/index.ts";
import { Broadcast } from "../broadcasts/index.ts";
import { JobState } from "../jobs/index.ts";
import { Notification } from "../notifications/index.ts";
import { Count, Id, Millis, Text } from "../platform/index.ts";
import { Topic } from "./topics.ts";

/**
 * The version of everything below, as the WebSocket's subprotocol. What is added later is another type of message or another field, which
 * clients leave alone when they do not know it; what changes its meaning is another version.
 */
export const protocol = "mentha.live.v1";

/** A text that the platform answers with `pong` by itself: it does not wake the object that holds the socket. */
export const ping = "ping";
export const pong = "pong";
/** How often a client says `ping`. */
export const heartbeatSeconds = 30;
/** A client tells how many messages it has received at least this often; who lets several times as many pass is not reading. */
export const acknowledgeEvery = 50;

/** What is told of a topic. */
export const LiveEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("audit.progress"), auditId: Id("audit"), progress: LiveProgress }),
  z.object({ type: z.literal("audit.changed"), auditId: Id("audit"), status: z.enum([...AuditStatus.options, "deleted"]) }),
  z.object({ type: z.literal("job.changed"), jobId: Id("job"), jobType: Text(100), state: JobState, progress: Count }),
  z.object({ type: z.literal("member.changed"), userId: Id("user") }),
  z.object({ type: z.literal("notification.created"), notification: Notification, unread: Count }),
  z.object({ type: z.literal("notification.read"), unread: Count }),
  z.object({
    type: z.literal("presence"),
    users: Count.describe("People online"),
    active: Count.describe("Of those, who is doing something"),
    connections: Count.describe("Their sockets"),
  }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;

/** Names a message of a topic that keeps a log, for who comes back; null where only the last state matters. */
const MessageId = Text(60).nullable();

/** One of what followers of a topic get. */
export const TopicMessage = z.object({ type: z.literal("event"), topic: Topic, id: MessageId, at: Millis, event: LiveEvent });
export type TopicMessage = z.infer<typeof TopicMessage>;

/** What clients may be told. */
export const ServerMessage = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("welcome"),
      connectionId: Id("connection"),
      at: Millis,
      heartbeatSeconds: z.int().min(1).max(300),
      acknowledgeEvery: z.int().min(1).max(10_000),
    }),
    z.object({
      type: z.literal("subscribed"),
      topic: Topic,
      resumed: z.boolean().describe("Whether everything after the id that was named follows; false means that there may be more than that: ask the API"),
      lastId: MessageId,
    }),
    z.object({
      type: z.literal("refused"),
      topic: Text(100),
      code: z.enum(["forbidden", "not_found", "invalid", "too_many", "unavailable"]),
      message: Text(500),
    }),
    z.object({ type: z.literal("unsubscribed"), topic: Topic }),
    TopicMessage,
    z.object({ type: z.literal("broadcast"), broadcast: Broadcast }),
    z.object({ type: z.literal("moving"), withinMs: z.int().min(0).max(600_000).describe("Connect again within this time, at a moment of your own") }),
    z.object({ type: z.literal("error"), code: z.enum(["malformed", "too_fast"]), message: Text(500) }),
  ])
  .meta({ id: "LiveServerMessage" });
export type ServerMessage = z.infer<typeof ServerMessage>;

/** What clients may say, beside `ping`. */
export const ClientMessage = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("subscribe"), topic: Text(100), after: MessageId.optional().describe("Id of the last message that was received") }),
    z.strictObject({ type: z.literal("unsubscribe"), topic: Text(100) }),
    z.strictObject({ type: z.literal("activity"), active: z.boolean().describe("Whether somebody is doing something here") }),
    z.strictObject({ type: z.literal("ack"), received: Count.describe("How many messages came over this socket until now") }),
  ])
  .meta({ id: "LiveClientMessage" });
export type ClientMessage = z.infer<typeof ClientMessage>;
/** The longest text that a client may send, in characters. */
export const maxClientMessage = 4_096;
