import { purgeAudit } from "../../shared/audits/index.ts";
import { databaseFor } from "../../shared/db/client.ts";
import { type JobExecutors, JobMessage, runJob, sendJob } from "../../shared/jobs/index.ts";
import { systemClock } from "../../shared/platform/index.ts";
import { type Consumer, parseMessage } from "./consumer.ts";

const executors: JobExecutors = { "audit.purge": purgeAudit };

/** Works on one background job; one that is longer than a message goes on with the next. */
export const runJobs: Consumer = async (body, { env }) => {
  const { jobId, workspaceId } = parseMessage(JobMessage, body);
  const outcome = await runJob({ db: databaseFor(env, workspaceId), now: systemClock, random: Math.random }, executors, jobId);
  if (outcome === "continues") await sendJob(env.WORK, workspaceId, jobId);
};
