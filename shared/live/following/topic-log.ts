import { dayMs, minuteMs } from "../../platform/index.ts";
import { type LiveEvent, TopicMessage } from "../messages.ts";
import type { Topic } from "../topics.ts";
import { createLogTables, type LogTables } from "./topic-log-tables.ts";

/** What is told of a topic that keeps a log. */
export interface Loggable {
  readonly topic: Topic;
  readonly at: number;
  readonly event: LiveEvent;
  /** The same key is told once. */
  readonly key?: string;
}

/** What came after a message; when it cannot be known, `resumed` is false and there are none. */
export interface Resumption {
  readonly messages: readonly TopicMessage[];
  readonly resumed: boolean;
}

/**
 * The last messages of topics, for who comes back. A topic is named by its key: as in the protocol, but that each person has their own `me`.
 * Ids are `<epoch>-<number>`. Each topic has numbers of its own, so that they tell nobody how much others are told. The epoch is another one when the
 * storage was emptied, so that an old id is never taken for a new one.
 */
export interface TopicLog {
  /** Null when this key was told already. */
  append(topicKey: string, message: Loggable): TopicMessage | null;
  /** What was told after the message with the id `after`. */
  since(topicKey: string, after: string): Resumption;
  /** The id from which somebody resumes who has everything until now, also where nothing was told yet. */
  lastId(topicKey: string): string;
  /** When `trim` is wanted, ms since 1970; null while there is nothing to forget. */
  trimAt(): number | null;
  /** Forgets what is too old. */
  trim(): void;
  /** Forgets a topic, as if nothing had ever been told of it. */
  forget(topicKey: string): void;
  /** Forgets everything; the next log has another epoch, so that nobody believes to have missed nothing. */
  end(): void;
}

/** Messages of a topic that are kept at least; and those more at which the oldest are forgotten, since counting at each one would cost more. */
export const keptMessages = 200;
const slack = 50;
export const keptMs = dayMs;
/** Keys are kept a day longer than the messages: a queue may deliver that late. */
const keysKeptMs = 2 * dayMs;
/** What gets old within this time is forgotten together: each time is an alarm. */
const togetherMs = 10 * minuteMs;

interface LogDeps {
  readonly now: () => number;
  /** Names a new log; without a hyphen, at most 30 characters. */
  readonly newEpoch: () => string;
}

export function createTopicLog(sql: SqlStorage, { now, newEpoch }: LogDeps): TopicLog {
  const tables = createLogTables(sql, newEpoch);
  /** Messages kept by topic, as far as they were counted, and the number of the last. */
  const counted = new Map<string, Counted>();
  /** When the oldest message and key were written, or earlier; undefined before that was asked. */
  let oldest: ReturnType<LogTables["oldest"]> | undefined;

  const countedOf = (topicKey: string): Counted => {
    const known = counted.get(topicKey) ?? { count: tables.count(topicKey), last: tables.last(topicKey) };
    counted.set(topicKey, known);
    return known;
  };
  const trimOne = (topicKey: string, topic: Counted): void => {
    if (topic.count <= keptMessages + slack) return;
    tables.keepLast(topicKey, keptMessages);
    topic.count = keptMessages;
  };

  return {
    append(topicKey, { topic, at, event, key }) {
      const time = now();
      if (key !== undefined && !tables.note(topicKey, key, time)) return null;
      const epoch = tables.open();
      const known = countedOf(topicKey);
      const message: TopicMessage = { type: "event", topic, id: `${epoch}-${known.last + 1}`, at, event };
      tables.insert(topicKey, known.last + 1, time, JSON.stringify(message));
      known.last += 1;
      known.count += 1;
      trimOne(topicKey, known);
      if (oldest !== undefined) oldest = { message: oldest.message ?? time, key: oldest.key ?? (key === undefined ? null : time) };
      return message;
    },

    since(topicKey, after) {
      const seq = seqOf(after, tables.opened());
      if (seq === null || seq > tables.last(topicKey) || seq < tables.droppedUpTo(topicKey)) return { messages: [], resumed: false };
      return { messages: tables.after(topicKey, seq).map((text) => TopicMessage.parse(JSON.parse(text))), resumed: true };
    },

    lastId: (topicKey) => `${tables.open()}-${tables.last(topicKey)}`,

    trimAt() {
      oldest ??= tables.oldest();
      const message = oldest.message === null ? never : oldest.message + keptMs;
      const key = oldest.key === null ? never : oldest.key + keysKeptMs;
      const first = Math.min(message, key);
      return first === never ? null : first + togetherMs;
    },

    trim() {
      tables.dropMessagesBefore(now() - keptMs);
      tables.dropKeysBefore(now() - keysKeptMs);
      counted.clear();
      oldest = undefined;
    },

    forget(topicKey) {
      tables.drop(topicKey);
      counted.delete(topicKey);
      oldest = undefined;
    },

    end() {
      tables.close();
      counted.clear();
      oldest = undefined;
    },
  };
}

interface Counted {
  count: number;
  last: number;
}

const never = Number.POSITIVE_INFINITY;

/** The number in an id of this log; null for any other text. */
function seqOf(id: string, ownEpoch: string | null): number | null {
  const [, epoch, digits] = /^([^-]+)-(0|[1-9]\d{0,14})$/.exec(id) ?? [];
  return ownEpoch === null || epoch !== ownEpoch ? null : Number(digits);
}
