export { dropJob } from "./drop-job.ts";
export { insertJob } from "./insert-job.ts";
export { type JobExecutor, type JobExecutors, type JobInput, JobMessage, type JobSlice } from "./job.ts";
export { listJobs } from "./list-jobs.ts";
export { retryJob } from "./retry-job.ts";
export { type JobChange, runJob } from "./run-job.ts";
export { JobList, JobState, ListJobsQuery } from "./schemas.ts";
export { sendJob, sweepJobs } from "./sweep-jobs.ts";
