import type { LiveEvent, ServerMessage, TopicMessage } from "../../../shared/live/index.ts";
import { listenAtEdge, type Proof, ticketOf } from "./edge-sockets.ts";

type Answer = Extract<ServerMessage, { type: "subscribed" | "refused" }>;

/** Somebody with a socket who follows topics. */
export interface SocketFollower {
  /** Follows a topic; the answer to that. */
  readonly follow: (topic: string, after?: string) => Promise<Answer>;
  /** What was told of a topic until now. */
  readonly told: (topic: string) => readonly TopicMessage[];
  /** Waits until something was told of a topic; returns everything until then. */
  readonly until: (topic: string, isMeant: (event: LiveEvent) => boolean) => Promise<readonly TopicMessage[]>;
  /** Why the socket was closed; null while it is open. */
  readonly closedFor: () => string | null;
  readonly leave: () => void;
}

export async function openFollower(proof: Proof): Promise<SocketFollower> {
  const socket = await listenAtEdge(await ticketOf(proof));
  const told = (topic: string) => socket.of("event").filter((message) => message.topic === topic);
  return {
    told,
    follow(topic, after) {
      const from = socket.messages.length;
      socket.say({ type: "subscribe", topic, ...(after === undefined ? {} : { after }) });
      return socket.heard(() =>
        socket.messages
          .slice(from)
          .filter(isAnswer)
          .find((message) => message.topic === topic),
      );
    },
    until: (topic, isMeant) => socket.heard(() => (told(topic).some(({ event }) => isMeant(event)) ? told(topic) : undefined)),
    closedFor: () => socket.closing?.reason ?? null,
    leave: socket.close,
  };
}

const isAnswer = (message: ServerMessage): message is Answer => message.type === "subscribed" || message.type === "refused";
