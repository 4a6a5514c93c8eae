import { databaseFor } from "../shared/db/client.ts";
import { type Actor, type Context, configOf, createVault, errorFields, type Log, sendEvents, systemClock } from "../shared/platform/index.ts";

interface Caller {
  readonly actor: Actor;
  readonly workspaceId: string;
  readonly requestId: string;
  readonly log: Log;
}

/** What verbs receive, built from the Worker's bindings. */
export function buildContext(env: Env, { actor, workspaceId, requestId, log }: Caller): Context {
  const config = configOf(env);
  return {
    db: databaseFor(env, workspaceId),
    actor,
    workspaceId,
    now: systemClock,
    log,
    requestId,
    egress: config.egress,
    vault: createVault(config.encryptionKey),
    outbox: [],
  };
}

/** Tells the queue of the events that a request recorded. Run it after the answer; what gets lost is swept up later. */
export async function flushOutbox(env: Env, ctx: Pick<Context, "workspaceId" | "outbox" | "log">): Promise<void> {
  try {
    await sendEvents(env.EVENTS, ctx.workspaceId, ctx.outbox);
  } catch (error) {
    ctx.log.warn("events wait for the sweep", { count: ctx.outbox.length, ...errorFields(error) });
  }
}
