import { crawlsOf, endpointsOf } from "../../durable-objects/stubs.ts";
import { sealLogs } from "../../shared/audit-log/index.ts";
import { watchAudits } from "../../shared/audits/index.ts";
import { allDatabases, type Database, directoryDatabase } from "../../shared/db/client.ts";
import { recoverStored } from "../../shared/dead-letters/index.ts";
import { sweepJobs } from "../../shared/jobs/index.ts";
import { AppError, configOf, createKeyring, createLog, type Log, reportFault, sendEvents, sweepEvents, systemClock } from "../../shared/platform/index.ts";
import { makeBuiltIns, settleRuns, startDue } from "../../shared/schedules/index.ts";
import { sweepDeliveries } from "../../shared/webhooks/index.ts";
import { tellRest } from "../meter.ts";

interface CronJob {
  readonly name: string;
  /** Answers how much there was to do. */
  readonly run: (db: Database, env: Env, log: Log) => Promise<number>;
}

const announceWith = (env: Env) => (workspaceId: string, eventIds: string[]) => sendEvents(env.EVENTS, workspaceId, eventIds);

const everyMinute: readonly CronJob[] = [
  { name: "make built-in schedules", run: (_db, env) => makeBuiltIns(directoryDatabase(env), systemClock()) },
  {
    name: "start schedules",
    run: (db, env, log) => startDue({ db, directory: directoryDatabase(env), now: systemClock, announce: announceWith(env), log }),
  },
  { name: "settle runs", run: (db, env, log) => settleRuns({ db, now: systemClock, announce: announceWith(env), log }) },
  { name: "sweep events", run: (db, env) => sweepEvents(db, env.EVENTS, systemClock()) },
  { name: "sweep jobs", run: (db, env) => sweepJobs(db, env.WORK, systemClock()) },
  { name: "sweep deliveries", run: (db, env, log) => sweepDeliveries({ db, endpoints: endpointsOf(env), now: systemClock, log }) },
  {
    name: "watch audits",
    run: (db, env, log) => watchAudits({ db, crawls: crawlsOf(env), now: systemClock, announce: announceWith(env), log }),
  },
  { name: "recover dead letters", run: (db, env, log) => recoverStored({ db, now: systemClock, store: env.STORE, log }) },
  {
    name: "seal audit log",
    run: (db, env, log) => sealLogs({ db, store: env.STORE, keyring: createKeyring(configOf(env).signingKeys), now: systemClock, log }),
  },
];

/** Cron expression (as in wrangler.toml) → what is due then. */
const jobs: Readonly<Record<string, readonly CronJob[]>> = { "* * * * *": everyMinute };

/** Runs the jobs of one tick; one that fails does not keep the others from running. */
export async function scheduled(controller: ScheduledController, env: Env, ctx: ExecutionContext): Promise<void> {
  const due = jobs[controller.cron];
  if (due === undefined) throw new AppError("internal", `No job is scheduled for the cron ${controller.cron}.`);
  for (const db of allDatabases(env)) for (const job of due) await runSafely(job, db, env, ctx);
  tellRest(env, ctx);
}

async function runSafely({ name, run }: CronJob, db: Database, env: Env, context: ExecutionContext): Promise<void> {
  const log = createLog().with({ domain: "cron", cron: name });
  try {
    const count = await run(db, env, log);
    if (count > 0) log.info("cron job acted", { count });
  } catch (cause) {
    reportFault({ env, context, log }, "cron job failed", cause);
  }
}
