import type { z } from "zod";
import type { CloseReason } from "../../close-reasons.ts";
import { ClientMessage, maxClientMessage } from "../../messages.ts";
import type { People } from "../people.ts";
import { type Connection, keep } from "./connection.ts";
import { clientMessagesPerSecond, countMessage, noteReadable } from "./message-rate.ts";
import { acknowledge } from "./outstanding.ts";
import type { Sender } from "./sender.ts";
import type { Subscriptions } from "./subscriptions.ts";

interface ClientMessagesDeps {
  readonly people: People;
  readonly sender: Sender;
  readonly subscriptions: Subscriptions;
  readonly now: () => number;
  readonly end: (connection: Connection, reason: CloseReason) => void;
  /** Something changed that others may see. */
  readonly touch: () => void;
}

/** False for a message that says what cannot be. */
type Handlers = { readonly [Type in ClientMessage["type"]]: (connection: Connection, message: Extract<ClientMessage, { type: Type }>) => boolean };

/** What clients say, one message at a time: those who say too much, or what cannot be read, are told so once and then closed. */
export function createClientMessages(deps: ClientMessagesDeps): (connection: Connection, text: string | ArrayBuffer) => void {
  const { sender, subscriptions, now, end } = deps;
  const handlers: Handlers = {
    subscribe(connection, { topic, after }) {
      subscriptions.subscribe(connection, topic, after ?? null);
      return true;
    },
    unsubscribe(connection, { topic }) {
      subscriptions.unsubscribe(connection, topic);
      return true;
    },
    ack(connection, { received }) {
      const isPossible = acknowledge(connection.outstanding, received);
      if (connection.keptOutstanding > 0) keep(connection);
      return isPossible;
    },
    activity(connection, { active }) {
      if (connection.active === active) return true;
      connection.active = active;
      keep(connection);
      if (connection.actor.kind === "key") return true;
      deps.people.setActive(connection.userId, active);
      deps.touch();
      return true;
    },
  };
  const handle = <Type extends ClientMessage["type"]>(connection: Connection, type: Type, message: Extract<ClientMessage, { type: Type }>) =>
    handlers[type](connection, message);

  return (connection, text) => {
    connection.heardAt = now();
    if (typeof text !== "string" || text.length > maxClientMessage) return end(connection, "flooding");
    const admission = countMessage(connection.rate, now());
    if (admission === "flooding") return end(connection, "flooding");
    if (admission === "warn") return sender.send(connection, { type: "error", code: "too_fast", message: tooFast });
    if (admission === "drop") return;
    const { message, problem } = readMessage(text);
    const isReadable = message !== null && handle(connection, message.type, message);
    if (!noteReadable(connection.rate, isReadable)) return end(connection, "flooding");
    if (!isReadable) sender.send(connection, { type: "error", code: "malformed", message: problem ?? tooManyReceived });
  };
}

const tooFast = `At most ${clientMessagesPerSecond} messages a second are read; what comes faster is lost. Send less, or the connection is closed.`;
const tooManyReceived = "`received`: nobody can have received more than was sent over this socket.";
const types = ClientMessage.options.map(({ shape }) => shape.type.value).join(", ");

/** A message, or what is wrong with it. */
type Read = { readonly message: ClientMessage; readonly problem?: never } | { readonly message: null; readonly problem: string };

function readMessage(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { message: null, problem: "This is not JSON. Send one JSON object a message, or `ping` as it is." };
  }
  const { data, error } = ClientMessage.safeParse(value);
  return data === undefined ? { message: null, problem: problemOf(error.issues[0]) } : { message: data };
}

/** What is wrong first, and where. */
function problemOf(issue: z.core.$ZodIssue | undefined): string {
  const [field] = issue?.path ?? [];
  if (issue === undefined || field === undefined) {
    return issue?.code === "unrecognized_keys" ? unknownFields(issue.keys) : "A message is one JSON object with a `type`.";
  }
  return field === "type" ? `\`type\` is one of ${types}.` : `\`${String(field)}\`: ${issue.message}`.slice(0, 500);
}

const unknownFields = (names: readonly string[]): string => `Unknown field: ${names.join(", ")}`.slice(0, 500);
