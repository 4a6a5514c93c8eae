import type { TopicMessage } from "../messages.ts";
import { toldThingOf } from "./told-things.ts";

/** Ends that are remembered; far more than there are messages on their way at one time. */
const maxRemembered = 1_000;

/** Remembers what has ended, so that nothing older is told of it afterwards: publishers do not wait for each other. */
export interface Ended {
  /** Whether a message may still be told; one that tells of an end is remembered. */
  admits(topicKey: string, message: Pick<TopicMessage, "at" | "event">): boolean;
}

export function createEnded(): Ended {
  const ends = new Map<string, number>();
  const remember = (name: string, at: number): void => {
    ends.delete(name);
    ends.set(name, at);
    const [oldest] = ends.keys();
    if (ends.size > maxRemembered && oldest !== undefined) ends.delete(oldest);
  };
  return {
    admits(topicKey, { at, event }) {
      const { thing, isEnd, mayGoOn } = toldThingOf(event);
      const name = `${topicKey} ${thing}`;
      const endedAt = ends.get(name);
      if (isEnd) remember(name, at);
      // Of what may go on, it depends on when that was said.
      else if (endedAt !== undefined && (!mayGoOn || at <= endedAt)) return false;
      return true;
    },
  };
}
