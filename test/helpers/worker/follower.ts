import { type LiveEvent, ServerMessage, type TopicMessage } from "../../../shared/live/index.ts";
import { askForSocket, type Proof, ticketOf } from "./edge-sockets.ts";

/** Somebody with a socket who follows topics. */
export interface SocketFollower {
  /** Follows a topic; the answer to that. */
  readonly follow: (topic: string, after?: string) => Promise<Extract<ServerMessage, { type: "subscribed" | "refused" }>>;
  /** What was told of a topic until now. */
  readonly told: (topic: string) => readonly TopicMessage[];
  /** Waits until something was told of a topic; returns everything until then. */
  readonly until: (topic: string, isMeant: (event: LiveEvent) => boolean) => Promise<readonly TopicMessage[]>;
  /** Why the socket was closed; null while it is open. */
  readonly closedFor: () => string | null;
  readonly leave: () => void;
}

const lookMs = 20;
const maxLooks = 1_500;

export async function openFollower(proof: Proof): Promise<SocketFollower> {
  const { webSocket: socket } = await askForSocket(await ticketOf(proof));
  if (socket === null) throw new Error("there is no socket");
  const messages: ServerMessage[] = [];
  let closedFor: string | null = null;
  socket.addEventListener("message", ({ data }) => void messages.push(ServerMessage.parse(JSON.parse(String(data)))));
  socket.addEventListener("close", ({ reason }) => {
    closedFor = reason;
  });
  socket.accept();
  const told = (topic: string) => messages.filter((message): message is TopicMessage => message.type === "event" && message.topic === topic);
  const lookFor = async <T>(find: () => T | undefined): Promise<T> => {
    for (let looks = 0; looks < maxLooks; looks++) {
      const found = find();
      if (found !== undefined) return found;
      await scheduler.wait(lookMs);
    }
    throw new Error(`what was waited for did not come; what came is ${JSON.stringify(messages)}`);
  };
  return {
    told,
    follow(topic, after) {
      const from = messages.length;
      socket.send(JSON.stringify({ type: "subscribe", topic, ...(after === undefined ? {} : { after }) }));
      return lookFor(() =>
        messages.slice(from).find((message): message is Extract<ServerMessage, { type: "subscribed" | "refused" }> => {
          return (message.type === "subscribed" || message.type === "refused") && message.topic === topic;
        }),
      );
    },
    until: (topic, isMeant) => lookFor(() => (told(topic).some(({ event }) => isMeant(event)) ? told(topic) : undefined)),
    closedFor: () => closedFor,
    leave: () => socket.close(1000),
  };
}
