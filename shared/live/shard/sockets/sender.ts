import { type CloseReason, closeReasons } from "../../close-reasons.ts";
import type { ServerMessage, TopicMessage } from "../../messages.ts";
import { type Connection, endCatchingUp, keep, type LiveSocket, outstandingFrom } from "./connection.ts";
import { countOutstanding, noteSent } from "./outstanding.ts";

/** How often they are kept, beyond the first so many. */
const keepEvery = 50;

/** What a send came to: `broken` for a socket that is gone, `behind` for somebody who does not read. */
type Sent = "sent" | "broken" | "behind";

function sendText(connection: Connection, text: string): Sent {
  try {
    connection.socket.send(text);
  } catch {
    return "broken";
  }
  if (!noteSent(connection.outstanding, text.length)) return "behind";
  const outstanding = countOutstanding(connection.outstanding);
  if (outstanding >= outstandingFrom && outstanding % keepEvery === 0) keep(connection);
  return "sent";
}

/** Names a message of a topic, for those who are catching up with it. */
interface Of {
  readonly topicKey: string;
  /** Of the log; infinite for what is in none. */
  readonly seq: number;
}

/** Sends to sockets, and ends those to which nothing can be sent. */
export interface Sender {
  /**
   * The same text to many: this is where ten thousand are told something, so nothing in it waits, and nothing is written more than once.
   * Answers how many got it.
   */
  sendAll(connections: Iterable<Connection>, text: string, of?: Of): number;
  sendTopic(connections: Iterable<Connection>, topicKey: string, message: TopicMessage): void;
  send(connection: Connection, message: ServerMessage): void;
}

interface SenderDeps {
  /** Takes a connection out, whose socket is closed for a reason or is gone. */
  readonly end: (connection: Connection, reason: CloseReason | "left") => void;
  readonly count: (sent: number) => void;
}

export function createSender({ end, count }: SenderDeps): Sender {
  const sendAll: Sender["sendAll"] = (connections, text, of) => {
    let sent = 0;
    const troubles: [Connection, Sent][] = [];
    for (const connection of connections) {
      if (connection.catchingUp !== null && of !== undefined && isKeptBack(connection, text, of)) continue;
      const became = sendText(connection, text);
      if (became === "sent") sent += 1;
      else troubles.push([connection, became]);
    }
    count(sent);
    for (const [connection, became] of troubles) end(connection, became === "behind" ? "not_reading" : "left");
    return sent;
  };
  return {
    sendAll,
    sendTopic: (connections, topicKey, message) => void sendAll(connections, JSON.stringify(message), { topicKey, seq: seqOf(message) }),
    send: (connection, message) => void sendAll([connection], JSON.stringify(message)),
  };
}

/** The number in the id of a message, `<epoch>-<number>`. */
export const seqOf = ({ id }: TopicMessage): number => (id === null ? Number.POSITIVE_INFINITY : Number(id.slice(id.lastIndexOf("-") + 1)));

function isKeptBack(connection: Connection, text: string, { topicKey, seq }: Of): boolean {
  const state = connection.catchingUp?.get(topicKey);
  if (state === undefined) return false;
  if ("held" in state) {
    state.held.push(text);
    return true;
  }
  if (seq <= state.upTo) return true;
  // What is in no log says nothing of how far the log was told.
  if (seq !== Number.POSITIVE_INFINITY) endCatchingUp(connection, topicKey);
  return false;
}

/** Closes a socket; it may be gone already. */
export function closeSocket(socket: LiveSocket, reason: CloseReason): void {
  try {
    socket.close(closeReasons[reason].code, reason);
  } catch {
    // Whoever left before is not in the way.
  }
}
