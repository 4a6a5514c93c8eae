import { dayMs } from "../../platform/index.ts";
import type { Coalescer } from "../following/coalescer.ts";
import type { TopicLog } from "../following/topic-log.ts";
import type { Publication } from "../live.ts";
import type { TopicMessage } from "../messages.ts";
import { keepsLog, topicKeyOf } from "../topics.ts";
import type { StateStore } from "./shard-state.ts";
import type { Roster } from "./sockets/roster.ts";
import { stateMessage } from "./sockets/subscriptions.ts";

interface PublishingDeps {
  readonly store: StateStore;
  readonly roster: Roster;
  readonly log: TopicLog;
  readonly coalescer: Coalescer;
  readonly now: () => number;
}

/** What is told is kept for so long after somebody was here: nobody comes back to an older log. */
const logAfterLastMs = dayMs;

/** Tells those who follow a topic in this object; answers how many do. */
export function createPublishing({ store, roster, log, coalescer, now }: PublishingDeps): (publication: Publication) => number {
  /** Somebody was here when people were last looked for: that is done as the first of them comes, and every few minutes until the last has gone. */
  const lastInUseAt = (): number => store.current.checkedAt;
  const isInUse = (): boolean => roster.size > 0 || now() < lastInUseAt() + logAfterLastMs;

  /** Null for what was told before, or what nobody may ever hear of. */
  const messageOf = ({ topic, event, at, key }: Publication, topicKey: string, followers: number): TopicMessage | null => {
    if (key !== undefined && keepsLog(topic)) {
      if (isInUse()) return log.append(topicKey, { topic, at, event, key });
      // What is not kept here must not seem to have been told.
      log.end();
      return null;
    }
    return followers === 0 ? null : stateMessage(topic, event, at);
  };

  return (publication) => {
    const { topic, event, userId = "" } = publication;
    const topicKey = topicKeyOf(topic, userId);
    if (event.type === "presence") store.save({ presence: { users: event.users, active: event.active, connections: event.connections } });
    const followers = roster.followersOf(topicKey).size;
    const message = messageOf(publication, topicKey, followers);
    if (message !== null) coalescer.offer(topicKey, message);
    return followers;
  };
}
