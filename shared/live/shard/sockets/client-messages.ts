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

type Handlers = { readonly [Type in ClientMessage["type"]]: (connection: Connection, message: Extract<ClientMessage, { type: Type }>) => void };

/** What clients say, one message at a time: those who say too much, or what cannot be read, are told so once and then closed. */
export function createClientMessages(deps: ClientMessagesDeps): (connection: Connection, text: string | ArrayBuffer) => void {
  const { sender, subscriptions, now, end } = deps;
  const handlers: Handlers = {
    subscribe: (connection, { topic, after }) => subscriptions.subscribe(connection, topic, after ?? null),
    unsubscribe: (connection, { topic }) => subscriptions.unsubscribe(connection, topic),
    ack(connection, { received }) {
      acknowledge(connection.outstanding, received);
      if (connection.keptOutstanding > 0) keep(connection);
    },
    activity(connection, { active }) {
      if (connection.active === active) return;
      connection.active = active;
      keep(connection);
      if (connection.actor.kind === "key") return;
      deps.people.setActive(connection.userId, active);
      deps.touch();
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
    const message = readMessage(text);
    if (!noteReadable(connection.rate, message !== null)) return end(connection, "flooding");
    if (message === null) return sender.send(connection, { type: "error", code: "malformed", message: malformed });
    handle(connection, message.type, message);
  };
}

const tooFast = `At most ${clientMessagesPerSecond} messages a second are read; what comes faster is lost. Send less, or the connection is closed.`;
const malformed = "This is not a message that Mentha knows. Messages are JSON, as the documentation lists them.";

function readMessage(text: string): ClientMessage | null {
  try {
    return ClientMessage.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
