import type { LiveEvent, ServerMessage, Topic } from "../../shared/live/index.ts";
import { createHearers, type Hearers } from "./hearers.ts";
import type { Line } from "./line.ts";
import { createTimer } from "./timer.ts";

/** When something happened, and its name in the topic's log; null where only the last state matters. */
export interface EventInfo {
  readonly topic: Topic;
  readonly id: string | null;
  /** ms since 1970, by the server's clock. */
  readonly at: number;
}

/** Why a topic cannot be followed. */
export type Refusal = Pick<Extract<ServerMessage, { type: "refused" }>, "code" | "message">;

export interface Follower {
  onEvent(event: LiveEvent, info: EventInfo): void;
  /**
   * Something may have happened of which no event tells: at the beginning, and after a break that could not be made up for. Ask the API now
   * how things stand; what happens from here on is told.
   */
  onGap?(): void;
  /** It may not be followed, and nothing more is heard of it. */
  onRefused?(refusal: Refusal): void;
}

/** Ids of messages that were told; more than the 200 that a server keeps of a topic to tell them again. */
const maxTold = 400;

/** What one connection knows of a topic, over all of its lines. */
export class FollowedTopic {
  readonly topic: Topic;
  /** Each is told what to do with itself. */
  readonly followers: Hearers<(follower: Follower) => void>;
  /** Where its events come from since that line confirmed it; from no other, so that nothing old overtakes something new. */
  carrier: Line | undefined;
  /** When a server that could not look whether it may be followed is asked again. */
  readonly askAgain = createTimer();
  #isNew = true;
  #lastId: string | null = null;
  readonly #told = new Set<string>();

  constructor(topic: Topic, onError: (thrown: unknown) => void) {
    this.topic = topic;
    this.followers = createHearers(onError);
  }

  subscribe(line: Line): void {
    line.send({ type: "subscribe", topic: this.topic, ...(this.#lastId === null ? {} : { after: this.#lastId }) });
  }

  /** Its events come over this line from now on. */
  confirm(line: Line, { resumed, lastId }: Extract<ServerMessage, { type: "subscribed" }>): void {
    this.carrier = line;
    const missesSome = this.#isNew || !resumed; // of a topic without a log the server says that nothing is missing, and tells only how things stand
    this.#isNew = false;
    if (!resumed) this.#lastId = lastId; // else what follows has its own ids
    if (missesSome) this.followers.tell((follower) => follower.onGap?.());
  }

  /** Whether a message of that line is to be told: not twice, and not of a line that another has taken over from. Notes its id. */
  takes(line: Line, id: string | null): boolean {
    if (this.carrier !== line) return false;
    if (id === null) return true;
    if (this.#told.has(id)) return false;
    this.#lastId = id;
    remember(this.#told, id, maxTold);
    return true;
  }
}

/** Adds to a set that forgets its oldest. */
export function remember(set: Set<string>, id: string, max: number): void {
  set.add(id);
  const [oldest] = set;
  if (set.size > max && oldest !== undefined) set.delete(oldest);
}
