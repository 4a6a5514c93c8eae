export { insertJob } from "./insert-job.ts";
export { type JobExecutor, type JobExecutors, type JobInput, JobMessage, type JobSlice } from "./job.ts";
export { purgeJobs } from "./purge-jobs.ts";
export { runJob } from "./run-job.ts";
export { sendJob, sweepJobs } from "./sweep-jobs.ts";
