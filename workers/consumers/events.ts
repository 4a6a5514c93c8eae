import { crawlsOf } from "../../durable-objects/stubs.ts";
import { startCrawl } from "../../shared/audits/index.ts";
import { databaseFor } from "../../shared/db/client.ts";
import { commit, EventMessage, type EventType, findUnhandledEvent, markHandled, type StoredEvent, systemClock } from "../../shared/platform/index.ts";
import { type Consumer, parseMessage } from "./consumer.ts";

type Handler<T extends EventType> = (event: Extract<StoredEvent, { type: T }>, env: Env) => Promise<void>;

const nothing = async (): Promise<void> => {};

/** What follows from each event. A handler may run again after it succeeded, so each is idempotent. */
const handlers: { readonly [T in EventType]: Handler<T> } = {
  "audit.queued": ({ workspaceId, data }, env) => startCrawl(databaseFor(env, workspaceId), crawlsOf(env), workspaceId, data.auditId),
  "audit.started": nothing,
  "audit.completed": nothing,
  "audit.failed": nothing,
  "audit.cancelled": ({ data }, env) => crawlsOf(env).clear(data.auditId),
  "audit.deleted": ({ data }, env) => crawlsOf(env).clear(data.auditId),
  "broadcast.created": nothing,
  "member.joined": nothing,
  "member.role-changed": nothing,
  "workspace.resharded": nothing,
  "workspace.suspended": nothing,
};

/** The fan-out: does what follows from an event, then marks it handled. An event that is handled, or never happened, is skipped. */
export const fanOut: Consumer = async (body, { env }) => {
  const { eventId, workspaceId } = parseMessage(EventMessage, body);
  const db = databaseFor(env, workspaceId);
  const event = await findUnhandledEvent(db, eventId);
  if (event === null) return;
  await handle(event, env);
  await commit(db, [markHandled(db, eventId, systemClock())]);
};

function handle<T extends EventType>(event: Extract<StoredEvent, { type: T }>, env: Env): Promise<void> {
  const type: T = event.type;
  return handlers[type](event, env);
}
