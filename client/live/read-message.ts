import { z } from "zod";
import { LiveEvent, pong, ServerMessage, TopicMessage } from "../../shared/live/index.ts";

/** What came over a socket. */
export type Read =
  | { readonly kind: "pong" | "malformed" | "unknown" }
  | { readonly kind: "message"; readonly message: ServerMessage }
  /** Something happened that a later version tells of: only where it stands counts. */
  | { readonly kind: "unknown-event"; readonly topic: string; readonly id: string | null };

const Typed = z.looseObject({ type: z.string() });
const AnyEvent = TopicMessage.extend({ event: Typed });

const messageTypes = namesOf(ServerMessage.options);
const eventTypes = namesOf(LiveEvent.options);

/** Reads one message. What this version does not know is told from what cannot be read at all. */
export function readMessage(data: unknown): Read {
  if (data === pong) return { kind: "pong" };
  const value = jsonOf(data);
  const message = ServerMessage.safeParse(value);
  if (message.success) return { kind: "message", message: message.data };
  const typed = Typed.safeParse(value);
  if (!typed.success) return { kind: "malformed" };
  if (!messageTypes.has(typed.data.type)) return { kind: "unknown" };
  const event = AnyEvent.safeParse(value);
  if (event.success && !eventTypes.has(event.data.event.type)) return { kind: "unknown-event", topic: event.data.topic, id: event.data.id };
  return { kind: "malformed" };
}

function jsonOf(data: unknown): unknown {
  try {
    return typeof data === "string" ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}

function namesOf(options: readonly { readonly shape: { readonly type: z.ZodLiteral<string> } }[]): ReadonlySet<string> {
  return new Set(options.map(({ shape }) => shape.type.value));
}
