import { crawlsOf, endpointsOf, limitersOf, liveOf, onlineTotalsOf } from "../../durable-objects/stubs.ts";
import { purgeAudit } from "../../shared/audits/index.ts";
import { makeBackupWith } from "../../shared/backups/index.ts";
import { allDatabases, databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { digestDeadLettersWith } from "../../shared/dead-letters/index.ts";
import { sendMailWith } from "../../shared/identity/index.ts";
import { type JobExecutors, JobMessage, runJob, sendJob } from "../../shared/jobs/index.ts";
import { createJobTeller } from "../../shared/live/index.ts";
import { findNotificationMailWith } from "../../shared/notifications/index.ts";
import { AppError, configOf, createLog, createVault, reportFault, sendEvents, systemClock } from "../../shared/platform/index.ts";
import { eraseLimitersWith, erasePersonWith, eraseWorkspaceWith } from "../../shared/privacy/index.ts";
import { makeReportWith, purgeReportWith, startReportsWith } from "../../shared/reports/index.ts";
import { cleanWith } from "../../shared/retention/index.ts";
import { startAuditsWith } from "../../shared/schedules/index.ts";
import { purgeWebhookWith } from "../../shared/webhooks/index.ts";
import { fontsOf } from "../fonts.ts";
import { mailerOf } from "../mailer.ts";
import { type Consumer, parseMessage } from "./consumer.ts";

const notificationMailsOf = (env: Env) =>
  findNotificationMailWith({ directory: directoryDatabase(env), databaseOf: (workspaceId) => databaseFor(env, workspaceId) });

const executorsOf = (env: Env): JobExecutors => ({
  "audit.purge": purgeAudit,
  // As with e-mails below.
  "audits.start": (job) => {
    const { egress, encryptionKeys } = configOf(env);
    return startAuditsWith({
      directory: directoryDatabase(env),
      databases: allDatabases(env),
      databaseOf: (workspaceId) => databaseFor(env, workspaceId),
      egress,
      vault: createVault(encryptionKeys),
      now: systemClock,
      announce: (workspaceId, eventIds) => sendEvents(env.EVENTS, workspaceId, eventIds),
      log: createLog(),
    })(job);
  },
  // Configured when one is sent: a wrong configuration must not keep other jobs from being done.
  "mail.send": (job) =>
    sendMailWith({ mailer: mailerOf(env), publicUrl: configOf(env).publicUrl, now: systemClock, findNotificationMail: notificationMailsOf(env) })(job),
  "backup.make": makeBackupWith({ store: env.STORE, now: systemClock, log: createLog() }),
  "dead-letters.digest": digestDeadLettersWith({ directory: directoryDatabase(env), now: systemClock }),
  "limiters.erase": eraseLimitersWith({ limiters: limitersOf(env) }),
  "person.erase": erasePersonWith({ databases: allDatabases(env), limiters: limitersOf(env), live: liveOf(env), store: env.STORE, now: systemClock }),
  // As with e-mails above; and a report needs the fonts.
  "report.make": makeReportWith({
    store: env.STORE,
    fonts: () => fontsOf(env),
    publicUrl: () => configOf(env).publicUrl,
    now: systemClock,
    announce: (workspaceId, eventIds) => sendEvents(env.EVENTS, workspaceId, eventIds),
  }),
  "report.purge": purgeReportWith({ store: env.STORE }),
  "reports.start": startReportsWith({
    databaseOf: (workspaceId) => databaseFor(env, workspaceId),
    now: systemClock,
    send: ({ workspaceId, jobId }) => sendJob(env.WORK, workspaceId, jobId),
  }),
  "retention.clean": (job) => {
    const directory = directoryDatabase(env);
    return cleanWith({
      databases: allDatabases(env),
      directory,
      crawls: crawlsOf(env),
      now: systemClock,
      log: createLog(),
      announce: (workspaceId, eventIds) => sendEvents(env.EVENTS, workspaceId, eventIds),
      send: ({ workspaceId, jobId }) => sendJob(env.WORK, workspaceId, jobId),
    })(job);
  },
  "webhook.purge": purgeWebhookWith({ endpoints: endpointsOf(env) }),
  "workspace.erase": eraseWorkspaceWith({
    databaseOf: (workspaceId) => databaseFor(env, workspaceId),
    crawls: crawlsOf(env),
    limiters: limitersOf(env),
    endpoints: endpointsOf(env),
    live: liveOf(env),
    totals: onlineTotalsOf(env),
    store: env.STORE,
    now: systemClock,
  }),
});

/** Works on one background job; one that is longer than a message goes on with the next. One that failed for good is reported: nobody waits for it. */
export const runJobs: Consumer = async (body, { env, context }) => {
  const { jobId, workspaceId } = parseMessage(JobMessage, body);
  const teller = createJobTeller({ live: liveOf(env), now: systemClock, wait: (ms) => scheduler.wait(ms), log: createLog() }, workspaceId);
  const outbox: string[] = [];
  const databases = { db: databaseFor(env, workspaceId), directory: directoryDatabase(env) };
  const deps = { ...databases, now: systemClock, random: Math.random, outbox, changed: teller.changed };
  const outcome = await runJob(deps, executorsOf(env), jobId).finally(() => context.waitUntil(teller.ended()));
  if (outcome.state === "continues") await sendJob(env.WORK, workspaceId, jobId);
  if (outcome.state !== "failed") return;
  // Losing this is harmless: the sweep finds the row.
  await sendEvents(env.EVENTS, workspaceId, outbox).catch(() => {});
  const { jobType, cause } = outcome;
  const failure = new AppError("internal", `The background job ${jobId} (${jobType}) failed for good.`, { cause });
  reportFault({ env, context }, "job failed", failure, { workspaceId, jobId, jobType });
};
