import type { Broadcast } from "../../shared/broadcasts/index.ts";
import type { ServerMessage, Topic } from "../../shared/live/index.ts";
import { FollowedTopic, type Follower, remember } from "./followed-topic.ts";
import { createHearers, type Subscription } from "./hearers.ts";
import type { Line, Socket, Unintelligible } from "./line.ts";
import { type LiveState, startLines } from "./lines.ts";

/** Live updates over one socket, which comes back by itself. */
export interface LiveConnection {
  readonly state: LiveState;
  /** How many messages could not be read and were left out. */
  readonly malformed: number;
  /** Tells what happens in a topic, over one subscription for all who follow it here. */
  follow(topic: Topic, follower: Follower): Subscription;
  /** What operators tell people; each once. */
  onBroadcast(hear: (broadcast: Broadcast) => void): Subscription;
  /** Hears of changes; `state` says how it is now. */
  onState(hear: (state: LiveState) => void): Subscription;
  /** Says whether somebody is doing something here, such as whether the page is seen. */
  setActive(isActive: boolean): void;
  /** Ends everything; nobody hears anything any more but that it is closed. */
  close(): void;
}

interface Shell {
  /** Asks for a ticket and begins to open a socket. */
  readonly open: (signal: AbortSignal) => Promise<Socket>;
  /** At least 0 and below 1. */
  readonly random: () => number;
  /** Hears what those who are told something throw. */
  readonly onError: (thrown: unknown) => void;
}

/** Broadcasts of which is known that they were told; a server tells those that still hold to everybody who connects. */
const maxBroadcasts = 1_000;
/** In ms: a server that could not look whether a topic may be followed is asked again after this, and up to twice as much on top. */
const askAgainMs = 30_000;

export function startLive({ onError, ...shell }: Shell): LiveConnection {
  const topics = new Map<string, FollowedTopic>();
  const states = createHearers<LiveState>(onError);
  const broadcasts = createHearers<Broadcast>(onError);
  const toldBroadcasts = new Set<string>();
  let malformed = 0;
  let isActive: boolean | undefined;

  const lines = startLines(shell, {
    onState(state) {
      if (state.name === "closed") for (const followed of topics.values()) drop(followed);
      if (state.name === "closed") broadcasts.clear();
      states.tell(state);
    },
    onReady(line) {
      if (isActive !== undefined) line.send({ type: "activity", active: isActive });
      for (const followed of topics.values()) followed.subscribe(line);
    },
    onMessage: take,
    onUnintelligible(line: Line, read: Unintelligible) {
      if (read.kind === "malformed") malformed += 1;
      if (read.kind === "unknown-event") topics.get(read.topic)?.takes(line, read.id);
    },
    isComplete: (line) => [...topics.values()].every(({ carrier }) => carrier === line),
  });

  function take(line: Line, message: ServerMessage): void {
    if (message.type === "broadcast") takeBroadcast(message.broadcast);
    const followed = "topic" in message ? topics.get(message.topic) : undefined;
    if (followed === undefined) return;
    if (message.type === "event") {
      const { topic, id, at, event } = message;
      if (followed.takes(line, id)) followed.followers.tell((follower) => follower.onEvent(event, { topic, id, at }));
    } else if (message.type === "subscribed") {
      followed.confirm(line, message);
      lines.look();
    } else if (message.type === "refused") refuse(followed, message);
  }
  function refuse(followed: FollowedTopic, { code, message }: Extract<ServerMessage, { type: "refused" }>): void {
    if (code === "unavailable") {
      followed.askAgain.set(askAgainMs * (1 + 2 * shell.random()), () => {
        for (const line of lines.ready) if (followed.carrier !== line) followed.subscribe(line);
      });
      return;
    }
    topics.delete(followed.topic);
    followed.followers.tell((follower) => follower.onRefused?.({ code, message }));
    drop(followed);
  }
  function takeBroadcast(broadcast: Broadcast): void {
    if (toldBroadcasts.has(broadcast.id)) return;
    remember(toldBroadcasts, broadcast.id, maxBroadcasts);
    broadcasts.tell(broadcast);
  }
  /** Nobody follows it any more. */
  function drop(followed: FollowedTopic): void {
    followed.followers.clear();
    followed.askAgain.clear();
    if (topics.get(followed.topic) === followed) topics.delete(followed.topic);
    lines.look();
  }

  function begin(topic: Topic): FollowedTopic {
    const followed = new FollowedTopic(topic, onError);
    topics.set(topic, followed);
    for (const line of lines.ready) followed.subscribe(line);
    return followed;
  }
  function follow(topic: Topic, follower: Follower): Subscription {
    const known = topics.get(topic);
    const followed = known ?? begin(topic);
    const subscription = followed.followers.add((how) => how(follower));
    if (known?.carrier !== undefined) {
      // The server will not confirm it once more. Told later, since who follows has not got its subscription yet.
      queueMicrotask(() => followed.followers.tell((each) => (each === follower ? each.onGap?.() : undefined)));
    }
    return {
      close() {
        subscription.close();
        if (!followed.followers.isEmpty || topics.get(topic) !== followed) return;
        for (const line of lines.ready) line.send({ type: "unsubscribe", topic });
        drop(followed);
      },
    };
  }

  return {
    get state() {
      return lines.state;
    },
    get malformed() {
      return malformed;
    },
    follow,
    onBroadcast: broadcasts.add,
    onState: states.add,
    setActive(active) {
      if (active === isActive) return;
      isActive = active;
      for (const line of lines.ready) line.send({ type: "activity", active });
    },
    close: lines.close,
  };
}
