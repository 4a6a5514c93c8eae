import { databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { configOf, createLog, createVault, type DueJob, type StoredEvent, systemClock } from "../../shared/platform/index.ts";
import { startRun, starts } from "../../shared/schedules/index.ts";
import { flushOutbox } from "../context.ts";

/** Has a run of a schedule start what it is for, and tells the queues of that. */
export async function startDueRun({ workspaceId, data }: Extract<StoredEvent, { type: "schedule.due" }>, env: Env): Promise<void> {
  const { egress, encryptionKeys } = configOf(env);
  const outbox: string[] = [];
  const dueJobs: DueJob[] = [];
  const databases = { db: databaseFor(env, workspaceId), directory: directoryDatabase(env) };
  await startRun({ ...databases, egress, vault: createVault(encryptionKeys), now: systemClock, starts, outbox, dueJobs }, { workspaceId, ...data });
  await flushOutbox(env, { workspaceId, outbox, dueEvents: [], dueJobs, log: createLog() });
}
