export { insertJob } from "./insert-job.ts";
export { type JobExecutor, type JobExecutors, JobMessage, jobTypes } from "./job.ts";
export { runJob } from "./run-job.ts";
export { type JobQueue, sendJob, sweepJobs } from "./sweep-jobs.ts";
