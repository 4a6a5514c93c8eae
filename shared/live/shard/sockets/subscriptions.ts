import type { CloseReason } from "../../close-reasons.ts";
import type { Follower, Refusal } from "../../following/follower.ts";
import type { TopicLog } from "../../following/topic-log.ts";
import type { LiveEvent, ServerMessage, TopicMessage } from "../../messages.ts";
import { keepsLog, Topic, topicKeyOf } from "../../topics.ts";
import { type Connection, catchUp, endCatchingUp, keep } from "./connection.ts";
import { noteSubscription } from "./message-rate.ts";
import type { Roster } from "./roster.ts";
import { type Sender, seqOf } from "./sender.ts";
import type { SubscribeRates } from "./subscribe-rates.ts";

/** Topics that may be followed over one socket. */
export const maxTopics = 50;

export interface SubscriptionDeps {
  readonly workspaceId: string;
  readonly roster: Roster;
  readonly sender: Sender;
  readonly log: TopicLog;
  readonly rates: SubscribeRates;
  readonly end: (connection: Connection, reason: CloseReason) => void;
  readonly now: () => number;
  readonly mayFollow: (who: Follower, topic: Topic) => Promise<Refusal | null>;
  readonly currentState: (who: Follower, topic: Topic) => Promise<LiveEvent | null>;
  /** Who is online in the workspace, as far as it was told; null before that. */
  readonly presence: () => LiveEvent | null;
  readonly fault: (what: string, cause: unknown) => void;
}

/** What somebody follows over their socket. One thing is done after the other, and each is answered. */
export interface Subscriptions {
  subscribe(connection: Connection, topic: string, after: string | null): void;
  unsubscribe(connection: Connection, topic: string): void;
}

type Code = Extract<ServerMessage, { type: "refused" }>["code"];

export function createSubscriptions(deps: SubscriptionDeps): Subscriptions {
  const { roster, sender } = deps;
  const refuse = (connection: Connection, topic: string, code: Code, message: string): void =>
    sender.send(connection, { type: "refused", topic, code, message });

  /** For what somebody asks for, which asking again does not mend. */
  const turnDown = (connection: Connection, topic: string, code: Code, message: string): void => {
    if (noteSubscription(connection.rate, true)) refuse(connection, topic, code, message);
    else deps.end(connection, "flooding");
  };

  const subscribe = async (connection: Connection, text: string, after: string | null): Promise<void> => {
    const { data: topic } = Topic.safeParse(text);
    if (topic === undefined) return turnDown(connection, text, "invalid", notTopic);
    const topicKey = topicKeyOf(topic, connection.userId);
    const isFollowed = connection.topics.has(topicKey);
    if (isFollowed && keepsLog(topic)) return confirm(deps, connection, { topic, topicKey, after });
    if (connection.topics.size >= maxTopics && !isFollowed) return refuse(connection, text, "too_many", tooMany);
    if (!deps.rates.take(connection.userId)) return refuse(connection, text, "unavailable", tooFast);
    const refusal = await deps.mayFollow(followerAt(deps.workspaceId, connection), topic);
    if (!roster.has(connection)) return;
    if (refusal !== null) return turnDown(connection, text, refusal.code, refusal.message);
    noteSubscription(connection.rate, false);
    roster.follow(connection, topicKey);
    keep(connection);
    if (keepsLog(topic)) resume(deps, connection, { topic, topicKey, after });
    else await tellState(deps, connection, { topic, topicKey });
  };

  const unsubscribe = (connection: Connection, text: string): void => {
    const { data: topic } = Topic.safeParse(text);
    if (topic === undefined) {
      refuse(connection, text, "invalid", notTopic);
      return;
    }
    const topicKey = topicKeyOf(topic, connection.userId);
    endCatchingUp(connection, topicKey);
    roster.unfollow(connection, topicKey);
    keep(connection);
    sender.send(connection, { type: "unsubscribed", topic });
  };

  const inTurn = (connection: Connection, topic: string, work: () => void | Promise<void>): void => {
    if (connection.turns >= maxTopics) {
      refuse(connection, topic, "too_many", "Wait for the answers to what you asked before.");
      return;
    }
    connection.turns += 1;
    const attempt = async () => {
      try {
        if (roster.has(connection)) await work();
      } catch (cause) {
        deps.fault("a subscription failed", cause);
        if (roster.has(connection)) refuse(connection, topic, "unavailable", "This cannot be looked up just now. Subscribe again in a minute.");
      }
      connection.turns -= 1;
    };
    connection.turn = connection.turn.then(attempt);
  };

  return {
    subscribe: (connection, topic, after) => inTurn(connection, topic, () => subscribe(connection, topic, after)),
    unsubscribe: (connection, topic) => inTurn(connection, topic, () => unsubscribe(connection, topic)),
  };
}

const notTopic = "A topic is `workspace`, `me`, `audit:<id>` or `job:<id>`.";
const tooFast = "You have subscribed to very much within a short time. Subscribe again in a minute.";
const tooMany = `Over one connection at most ${maxTopics} topics can be followed. Unsubscribe from one, or open another connection.`;

const followerAt = (workspaceId: string, { userId, actor, permissions }: Connection): Follower => ({ workspaceId, userId, kind: actor.kind, permissions });

interface Followed {
  readonly topic: Topic;
  readonly topicKey: string;
}

/** Somebody follows it already, and is told all of it: nothing is told again. What they have not got of it, only they know. */
function confirm({ log, sender }: SubscriptionDeps, connection: Connection, { topic, topicKey, after }: Followed & { readonly after: string | null }): void {
  const lastId = log.lastId(topicKey);
  sender.send(connection, { type: "subscribed", topic, resumed: after === lastId, lastId });
}

/** All in one turn of the object: no message is left out between the log and what comes next. */
function resume(
  { log, sender, now, presence }: SubscriptionDeps,
  connection: Connection,
  { topic, topicKey, after }: Followed & { readonly after: string | null },
): void {
  const { messages, resumed } = after === null ? { messages: [], resumed: false } : log.since(topicKey, after);
  sender.send(connection, { type: "subscribed", topic, resumed, lastId: log.lastId(topicKey) });
  for (const message of messages) sender.send(connection, message);
  // Messages of the log may still wait for their turn among those of the topic.
  const last = messages.at(-1);
  if (last !== undefined) catchUp(connection, topicKey, { upTo: seqOf(last) });
  const online = topic === "workspace" ? presence() : null;
  if (online !== null) sender.send(connection, stateMessage(topic, online, now()));
}

/** What is told while the present state is looked up comes after it. */
async function tellState(
  { roster, sender, currentState, workspaceId, now }: SubscriptionDeps,
  connection: Connection,
  { topic, topicKey }: Followed,
): Promise<void> {
  const held: string[] = [];
  catchUp(connection, topicKey, { held });
  sender.send(connection, { type: "subscribed", topic, resumed: true, lastId: null });
  try {
    const askedAt = now();
    const event = await currentState(followerAt(workspaceId, connection), topic);
    if (event !== null && roster.has(connection)) sender.send(connection, stateMessage(topic, event, askedAt));
  } catch (cause) {
    roster.unfollow(connection, topicKey);
    keep(connection);
    throw cause;
  } finally {
    endCatchingUp(connection, topicKey);
  }
  if (roster.has(connection)) for (const text of held) sender.sendAll([connection], text);
}

export const stateMessage = (topic: Topic, event: LiveEvent, at: number): TopicMessage => ({ type: "event", topic, id: null, at, event });
