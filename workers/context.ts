import { databaseFor, directoryDatabase } from "../shared/db/client.ts";
import { sendJob } from "../shared/jobs/index.ts";
import {
  type Actor,
  type Context,
  configOf,
  createKeyring,
  createVault,
  type DueJob,
  errorFields,
  type Log,
  sendEvents,
  systemClock,
  type VisitorContext,
} from "../shared/platform/index.ts";

interface Visit {
  readonly requestId: string;
  readonly log: Log;
  readonly client: VisitorContext["client"];
}

/** What verbs of nobody in particular receive, such as signing in, built from the Worker's bindings. */
export function visitorContext(env: Env, visit: Visit): VisitorContext {
  const { environment, publicUrl, signingKeys, encryptionKeys, setupToken, mail } = configOf(env);
  return {
    ...visit,
    directory: directoryDatabase(env),
    now: systemClock,
    environment,
    publicUrl,
    keyring: createKeyring(signingKeys),
    vault: createVault(encryptionKeys),
    setupToken,
    sendsMail: mail.via !== "nothing",
    dueJobs: [],
    dueEvents: [],
    rightsChanges: [],
  };
}

/** What verbs in a workspace receive. */
export function workspaceContext(env: Env, visitor: VisitorContext, { actor, workspaceId, log }: { actor: Actor; workspaceId: string; log: Log }): Context {
  const { egress, limits } = configOf(env);
  return { ...visitor, log, db: databaseFor(env, workspaceId), actor, workspaceId, egress, limits, claim: null, outbox: [] };
}

type Recorded = Pick<VisitorContext, "dueEvents" | "dueJobs" | "log"> & Partial<Pick<Context, "workspaceId" | "outbox">>;

/** Tells the queues of the events and jobs that a request recorded. Run it after the answer; what gets lost is swept up later. */
export async function flushOutbox(env: Env, { workspaceId, outbox = [], dueEvents, dueJobs, log }: Recorded): Promise<void> {
  try {
    if (workspaceId !== undefined) await sendEvents(env.EVENTS, workspaceId, outbox);
    for (const due of dueEvents) await sendEvents(env.EVENTS, due.workspaceId, [due.eventId]);
    await sendJobs(env, dueJobs);
  } catch (error) {
    log.warn("events and jobs wait for the sweep", { count: outbox.length + dueEvents.length + dueJobs.length, ...errorFields(error) });
  }
}

async function sendJobs(env: Env, dueJobs: readonly DueJob[]): Promise<void> {
  for (const { workspaceId, jobId } of dueJobs) await sendJob(env.WORK, workspaceId, jobId);
}
