import { crawlsOf } from "../../durable-objects/stubs.ts";
import { databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { EventMessage, type EventType, findUnhandledEvent, type StoredEvent } from "../../shared/platform/index.ts";
import { failReport } from "../../shared/reports/index.ts";
import { waitForTurn } from "../../shared/webhooks/index.ts";
import { type BatchConsumer, parseMessage } from "./consumer.ts";
import { haltSuspended, startOrHalt, tellPeople } from "./operators-events.ts";
import { dropSecondLook, removeSecondLook } from "./second-looks.ts";
import { startDueRun } from "./start-run.ts";
import { gatherEvents, tellEndpoint, wait } from "./tell-endpoints.ts";
import { closeAll, reshard, tellFollowers } from "./tell-followers.ts";
import { tellReaders } from "./tell-readers.ts";

type Handler<T extends EventType> = (event: Extract<StoredEvent, { type: T }>, env: Env) => Promise<void>;

const nothing = async (): Promise<void> => {};

/** What follows from each event. A handler may run again after it succeeded, so each is idempotent. */
const handlers: { readonly [T in EventType]: Handler<T> } = {
  "audit.queued": ({ workspaceId, data }, env) => startOrHalt(env, workspaceId, data.auditId),
  "audit.started": nothing,
  "audit.completed": tellReaders,
  "audit.failed": tellReaders,
  "audit.cancelled": ({ data }, env) => crawlsOf(env).clear(data.auditId),
  "audit.deleted": ({ workspaceId, data }, env) => inAnyCase(crawlsOf(env).clear(data.auditId), dropSecondLook(env, workspaceId, data.auditId)),
  "audit.regressed": tellReaders,
  "broadcast.created": ({ data }, env) => tellPeople(env, data.broadcastId),
  "broadcast.ended": ({ data }, env) => tellPeople(env, data.broadcastId),
  "confirmation.ended": ({ workspaceId, data }, env) => removeSecondLook(env, workspaceId, data.auditId),
  "finding.opened": nothing,
  "finding.fixed": nothing,
  "job.failed": ({ workspaceId, data }, env) => failReport(databaseFor(env, workspaceId), workspaceId, data.jobId),
  "limit.reached": nothing,
  "member.joined": tellReaders,
  "member.role-changed": tellReaders,
  "report.ready": tellReaders,
  "schedule.due": startDueRun,
  "user.invited": nothing,
  "webhook.changed": tellEndpoint,
  "webhook.failing": tellReaders,
  "webhook.disabled": tellReaders,
  "workspace.resharded": ({ workspaceId, data }, env) => reshard(env, workspaceId, data.liveShards),
  "workspace.suspended": ({ workspaceId }, env) => inAnyCase(haltSuspended(env, workspaceId), closeAll(env, workspaceId)),
};

/**
 * The fan-out: does what follows from an event, then marks it handled, together with the others of the batch that are so far. An event that is handled, or
 * never happened, is skipped.
 */
export const fanOutTogether: BatchConsumer = (delivery) => {
  const { env } = delivery;
  const gather = gatherEvents(delivery);
  return (body) =>
    gather.run(async () => {
      const { eventId, workspaceId } = parseMessage(EventMessage, body);
      // What happens to members is recorded where they are, in the directory. Today that is the same database, which is asked once.
      for (const db of new Set([databaseFor(env, workspaceId), directoryDatabase(env)])) {
        const event = await findUnhandledEvent(db, eventId);
        if (event === null) continue;
        // The effect first: nobody waits for a page that is open somewhere.
        await handle(event, env);
        await tellFollowers(event, env);
        await waitForTurn(() => gather.add({ event, db }), wait);
      }
    });
};

/** Does all of it, also when some of it fails; then throws what the first of these threw. */
async function inAnyCase(...work: readonly Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === "rejected") throw done.reason;
}

function handle<T extends EventType>(event: Extract<StoredEvent, { type: T }>, env: Env): Promise<void> {
  const type: T = event.type;
  return handlers[type](event, env);
}
