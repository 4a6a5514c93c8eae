import { z } from "zod";
import type { Database } from "../db/client.ts";
import { MailRequest } from "../mail/index.ts";
import { idPattern } from "../platform/index.ts";

/** Every kind of background job and what it is asked. */
export const jobTypes = {
  "audit.purge": z.object({ auditId: z.string().regex(idPattern("audit")) }),
  "mail.send": MailRequest,
};
export type JobType = keyof typeof jobTypes;
export type JobInput<T extends JobType> = z.infer<(typeof jobTypes)[T]>;

/** What travels in the `work` queue: a hint that this job is due. */
export const JobMessage = z.object({ v: z.literal(1), jobId: z.string().regex(idPattern("job")), workspaceId: z.string() });
export type JobMessage = z.infer<typeof JobMessage>;

export interface JobSlice {
  readonly done: boolean;
  /** Units of work this slice did; adds up in the job's row. */
  readonly progress: number;
}

/**
 * Does one slice of a job. A slice may run twice (a worker can die after it), so it must be idempotent;
 * it is never run by two workers that both hold a valid claim.
 */
export type JobExecutor<T extends JobType> = (job: { db: Database; jobId: string; workspaceId: string; input: JobInput<T> }) => Promise<JobSlice>;
export type JobExecutors = { readonly [T in JobType]: JobExecutor<T> };
