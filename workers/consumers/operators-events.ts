import { crawlsOf, liveOf, onlineTotalsOf } from "../../durable-objects/stubs.ts";
import { haltAudits, startCrawl } from "../../shared/audits/index.ts";
import { deliverBroadcast } from "../../shared/broadcasts/index.ts";
import { databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { isWorkspaceSuspended } from "../../shared/identity/index.ts";
import { createLog, errorFields, sendEvents, systemClock } from "../../shared/platform/index.ts";

// What follows from what operators do.

/** Hands an accepted audit to its crawl; in a workspace that was suspended meanwhile it is cancelled instead. */
export async function startOrHalt(env: Env, workspaceId: string, auditId: string): Promise<void> {
  if (await isWorkspaceSuspended(directoryDatabase(env), workspaceId)) return await halt(env, workspaceId);
  await startCrawl(databaseFor(env, workspaceId), crawlsOf(env), workspaceId, auditId);
}

/** Cancels the audits of a suspended workspace; nothing happens in one that was resumed already. */
export async function haltSuspended(env: Env, workspaceId: string): Promise<void> {
  if (await isWorkspaceSuspended(directoryDatabase(env), workspaceId)) await halt(env, workspaceId);
}

async function halt(env: Env, workspaceId: string): Promise<void> {
  const log = createLog().with({ workspaceId });
  const outbox: string[] = [];
  try {
    await haltAudits({ db: databaseFor(env, workspaceId), crawls: crawlsOf(env), now: systemClock, log, outbox }, workspaceId);
  } finally {
    await sendEvents(env.EVENTS, workspaceId, outbox).catch((error: unknown) => log.warn("events wait for the sweep", errorFields(error)));
  }
}

/** Shows a broadcast to people who are online, or sees to it that it is shown to nobody any more. */
export async function tellPeople(env: Env, broadcastId: string): Promise<void> {
  const workspacesWith = (audience: string) => onlineTotalsOf(env).workspacesWith(audience);
  await deliverBroadcast({ db: directoryDatabase(env), log: createLog(), live: liveOf(env), workspacesWith }, broadcastId);
}
