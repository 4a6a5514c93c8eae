import { z } from "zod";
import type { Database } from "../db/client.ts";
import { MailRequest } from "../mail/index.ts";
import { hourMs, idPattern, minuteMs, secondMs } from "../platform/index.ts";

const ofReport = z.object({ reportId: z.string().regex(idPattern("report")) });

/** Every kind of background job and what it is asked. */
export const jobTypes = {
  "audit.purge": z.object({ auditId: z.string().regex(idPattern("audit")) }),
  /** An audit of each verified site: of every workspace where `workspaceIds` is null, else of these, and of one project where that is given. */
  "audits.start": z.object({
    workspaceIds: z.array(z.string().regex(idPattern("workspace"))).nullable(),
    projectId: z.string().regex(idPattern("project")).nullable(),
    maxPages: z.int(),
    createdBy: z.string(),
    scheduleId: z.string().regex(idPattern("schedule")),
  }),
  /** Copies the database into the bucket; then at most so many backups stay, or all of them where `keep` is null. */
  "backup.make": z.object({ keep: z.int().min(1).max(366).nullable() }),
  "dead-letters.digest": z.object({}),
  "limiters.erase": z.object({ keyIds: z.array(z.string().regex(idPattern("key"))).max(100) }),
  "mail.send": MailRequest,
  /** `addresses` are those that the person had, the present one first; what mentions one is theirs if it was made before `before` (ms since 1970). */
  "person.erase": z.object({
    userId: z.string().regex(idPattern("user")),
    addresses: z.array(z.string().max(254)).max(100),
    before: z.int(),
    /** Workspaces that they were in. */
    workspaceIds: z.array(z.string().regex(idPattern("workspace"))).default([]),
  }),
  "report.make": ofReport,
  /** Removes the PDFs of a report that was deleted. */
  "report.purge": ofReport,
  /** A report for every workspace with projects, over so many days before `to` (ms since 1970); jobs of older releases do not know the schedule. */
  "reports.start": z.object({ days: z.int().min(1).max(366), to: z.int(), scheduleId: z.string().regex(idPattern("schedule")).optional() }),
  /** Deletes what is kept long enough, or only counts it. */
  "retention.clean": z.object({ dryRun: z.boolean() }),
  "webhook.purge": z.object({ webhookId: z.string().regex(idPattern("webhook")) }),
  "workspace.erase": z.object({ workspaceId: z.string().regex(idPattern("workspace")) }),
};
export type JobType = keyof typeof jobTypes;
export type JobInput<T extends JobType> = z.infer<(typeof jobTypes)[T]>;

/** How often each kind may fail in a row, and the longest wait after the first failure and of all. The real waits are about half of these. */
export const retries: { readonly [T in JobType]: { readonly mostFailures: number; readonly baseMs: number; readonly capMs: number } } = {
  /** About ten minutes. */
  "audit.purge": { mostFailures: 8, baseMs: 5 * secondMs, capMs: 10 * minuteMs },
  "audits.start": { mostFailures: 8, baseMs: 5 * secondMs, capMs: 10 * minuteMs },
  "backup.make": { mostFailures: 8, baseMs: 5 * secondMs, capMs: 10 * minuteMs },
  "dead-letters.digest": { mostFailures: 8, baseMs: 5 * secondMs, capMs: 10 * minuteMs },
  "report.make": { mostFailures: 8, baseMs: 5 * secondMs, capMs: 10 * minuteMs },
  "reports.start": { mostFailures: 8, baseMs: 5 * secondMs, capMs: 10 * minuteMs },
  /** About three hours: the next night comes anyway. */
  "retention.clean": { mostFailures: 20, baseMs: 5 * secondMs, capMs: 30 * minuteMs },
  /** About a day: a provider may be down that long, and nobody asks for the same invitation again. */
  "mail.send": { mostFailures: 34, baseMs: 5 * secondMs, capMs: 2 * hourMs },
  /** About four days, as for all erasures: whoever asked for a deletion was told that it is done, and looks no more. */
  "limiters.erase": { mostFailures: 100, baseMs: 5 * secondMs, capMs: 2 * hourMs },
  "person.erase": { mostFailures: 100, baseMs: 5 * secondMs, capMs: 2 * hourMs },
  "report.purge": { mostFailures: 100, baseMs: 5 * secondMs, capMs: 2 * hourMs },
  "webhook.purge": { mostFailures: 100, baseMs: 5 * secondMs, capMs: 2 * hourMs },
  "workspace.erase": { mostFailures: 100, baseMs: 5 * secondMs, capMs: 2 * hourMs },
};

/** What travels in the `work` queue: a hint that this job is due. */
export const JobMessage = z.object({ v: z.literal(1), jobId: z.string().regex(idPattern("job")), workspaceId: z.string() });
export type JobMessage = z.infer<typeof JobMessage>;

export interface JobSlice {
  readonly done: boolean;
  /** Units of work this slice did; adds up in the job's row. */
  readonly progress: number;
  /** Where the next slice goes on, as JSON, and at the end what there is to say of the work; what the slice before said stays when absent. */
  readonly checkpoint?: unknown;
}

/**
 * Does one slice of a job. A slice may run twice (a worker can die after it), so it must be idempotent;
 * it is never run by two workers that both hold a valid claim.
 */
export type JobExecutor<T extends JobType> = (job: {
  db: Database;
  jobId: string;
  workspaceId: string;
  input: JobInput<T>;
  /** What the slice before said; null for the first. */
  checkpoint: unknown;
}) => Promise<JobSlice>;
export type JobExecutors = { readonly [T in JobType]: JobExecutor<T> };
