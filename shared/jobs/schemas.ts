import { z } from "zod";
import { Count, Id, ListQuery, listOf, Millis, Text } from "../platform/index.ts";
import { jobTypes } from "./job.ts";

/** How a job stands. */
export const JobState = z.enum(["queued", "running", "succeeded", "failed"]);

/** A background job as operators see it. What it was asked is not in it, since that may hold an e-mail address: only the ids in that are. */
const Job = z
  .object({
    id: Id("job"),
    type: Text(100),
    state: JobState,
    workspaceId: Id("workspace").nullable().describe("Null for one of the installation"),
    about: z.array(Text(40)).max(100).describe("Ids of what it is about"),
    progress: Count.describe("Units of work that were done"),
    failures: Count.describe("Failed tries in a row"),
    error: Text(2_000).nullable().describe("What went wrong last, without e-mail addresses"),
    dueAt: Millis.describe("When it may start, or start again"),
    createdAt: Millis,
    updatedAt: Millis,
  })
  .meta({ id: "Job" });
export type Job = z.infer<typeof Job>;

export const JobList = listOf(Job).meta({ id: "JobList" });
export type JobList = z.infer<typeof JobList>;

export const ListJobsQuery = ListQuery.extend({ state: JobState.optional(), type: z.enum(Object.keys(jobTypes)).optional() });
export type ListJobsQuery = z.infer<typeof ListJobsQuery>;
