import { z } from "zod";
import { allDatabases } from "../../../../shared/db/client.ts";
import { dropJob, JobList, ListJobsQuery, listJobs, retryJob } from "../../../../shared/jobs/index.ts";
import { Id } from "../../../../shared/platform/index.ts";
import { jobListExample } from "../../operations-examples.ts";
import { api, del, get, post } from "../../route.ts";

const params = z.object({ id: Id("job").describe("Id of the job") });

const list = get("/api/admin/jobs", {
  id: "listJobs",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List background jobs",
  description:
    "Work of the whole installation in the background, newest first: e-mails to send, and what to remove. What succeeded is kept for a day, what failed for a month. Of what a job was asked only the ids are shown, never an e-mail address.",
  query: ListJobsQuery,
  ok: JobList,
  examples: { answer: jobListExample },
});

const retry = post("/api/admin/jobs/{id}/retry", {
  id: "retryJob",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Start a failed job again",
  description: "Does a job again that failed for good, with as many tries as a new one. Do this once the cause is gone.",
  params,
  noContent: "Queued again",
  conflict: "The job did not fail, or somebody else started it first",
});

const drop = del("/api/admin/jobs/{id}", {
  id: "dropJob",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Drop a background job",
  description:
    "Removes a job that waits or failed; its work will not be done. What removes something that was deleted (`*.erase`, `*.purge`) cannot be dropped: somebody was told that it is gone.",
  params,
  noContent: "Dropped",
  conflict: "The job runs, is done, or removes something",
});

export const jobRoutes = api()
  .openapi(list, async (c) => c.json(await listJobs(c.var.ctx, allDatabases(c.env), c.req.valid("query")), 200))
  .openapi(retry, async (c) => {
    await retryJob(c.var.ctx, allDatabases(c.env), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(drop, async (c) => {
    await dropJob(c.var.ctx, allDatabases(c.env), c.req.valid("param").id);
    return c.body(null, 204);
  });
