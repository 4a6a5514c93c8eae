import { secondMs } from "../../platform/index.ts";
import type { TopicMessage } from "../messages.ts";
import { createEnded } from "./ended.ts";
import { toldThingOf } from "./told-things.ts";

/** Messages of one topic that all who follow it in an object get in any second. */
export const topicMessagesPerSecond = 4;
/**
 * So many different things of one topic may wait. When there are more, the oldest does not wait any longer: memory is bounded and nothing is
 * lost, but for once more than four go out in a second.
 */
const maxWaiting = 200;

interface CoalescerDeps {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** Hands a message to who follows. Must not throw. */
  readonly send: (topicKey: string, message: TopicMessage) => void;
}

/**
 * Lets at most four messages of a topic through in any second. What has to wait is replaced by what is newer of the same kind and thing; what
 * goes out is in the order in which it was offered. The end of an audit or of a job is never lost, and nothing older comes after it.
 */
export interface Coalescer {
  offer(topicKey: string, message: TopicMessage): void;
}

interface Lane {
  /** When the last messages went out, oldest first; at most four. */
  readonly sentAt: number[];
  readonly waiting: Map<string, TopicMessage>;
  isDraining: boolean;
}

export function createCoalescer({ now, wait, send }: CoalescerDeps): Coalescer {
  /** By topic, the one that was used least recently first. */
  const lanes = new Map<string, Lane>();
  const ended = createEnded();

  /** How long a lane must wait, ms; 0 when it is free. */
  const waitOf = ({ sentAt }: Lane): number => {
    const [first] = sentAt;
    if (first === undefined || sentAt.length < topicMessagesPerSecond) return 0;
    const sinceMs = now() - first;
    // A clock that stepped back must not stop everything.
    return sinceMs < 0 ? 0 : Math.max(0, secondMs - sinceMs);
  };

  const sendFirst = (topicKey: string, { waiting, sentAt }: Lane): void => {
    const [entry] = waiting;
    if (entry === undefined) return;
    const [slot, message] = entry;
    waiting.delete(slot);
    if (sentAt.length >= topicMessagesPerSecond) sentAt.shift();
    sentAt.push(now());
    send(topicKey, message);
  };

  const drain = async (topicKey: string, lane: Lane): Promise<void> => {
    lane.isDraining = true;
    try {
      while (lane.waiting.size > 0) {
        const ms = waitOf(lane);
        if (ms > 0) await wait(ms);
        else sendFirst(topicKey, lane);
      }
    } finally {
      lane.isDraining = false;
    }
  };

  /** Forgets lanes that are free again: they are no different from new ones. */
  const tidy = (): void => {
    for (const [topicKey, { waiting, sentAt }] of lanes) {
      if (waiting.size > 0 || (sentAt.at(-1) ?? 0) + secondMs > now()) return;
      lanes.delete(topicKey);
    }
  };

  const laneOf = (topicKey: string): Lane => {
    const lane = lanes.get(topicKey) ?? { sentAt: [], waiting: new Map(), isDraining: false };
    lanes.delete(topicKey);
    lanes.set(topicKey, lane);
    return lane;
  };

  return {
    offer(topicKey, message) {
      if (!ended.admits(topicKey, message)) return;
      tidy();
      const lane = laneOf(topicKey);
      const { slot } = toldThingOf(message.event);
      lane.waiting.delete(slot);
      lane.waiting.set(slot, message);
      if (lane.waiting.size > maxWaiting) sendFirst(topicKey, lane);
      // Neither waiting nor sending throws.
      if (!lane.isDraining) drain(topicKey, lane).catch(() => {});
    },
  };
}
