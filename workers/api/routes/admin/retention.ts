import { z } from "zod";
import { Id } from "../../../../shared/platform/index.ts";
import { getRetentionRun, listRetention, previewRetention, RetentionRun, RetentionTable } from "../../../../shared/retention/index.ts";
import { locationOf } from "../../location.ts";
import { retentionRunExample, retentionTableExample, startedPreviewExample } from "../../retention-examples.ts";
import { api, get, post } from "../../route.ts";

const runPath = "/api/admin/retention/runs/{id}";

const list = get("/api/admin/retention", {
  id: "listRetention",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "What is kept how long",
  description:
    "Everything that Mentha deletes by itself, when its time is over: what it is, for how many days it is kept, or by which setting workspaces say so, and from when the days count. What is over goes with the next clean-up, which the schedule `retention` starts every night.",
  ok: RetentionTable,
  examples: { answer: retentionTableExample },
});

const preview = post("/api/admin/retention/preview", {
  id: "previewRetention",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  idempotent: "directory",
  location: runPath,
  summary: "Count what is over",
  description: "Counts in the background what the next clean-up would delete, and deletes nothing. The numbers are at the address in `Location`.",
  accepted: RetentionRun,
  examples: { answer: startedPreviewExample },
});

const read = get(runPath, {
  id: "getRetentionRun",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "Read a clean-up",
  description: "How far a clean-up or its dry run is, and how many of which kind it found to be over. It can be read for a day after it was done.",
  params: z.object({ id: Id("job").describe("Id of the clean-up, which is that of its job") }),
  ok: RetentionRun,
  examples: { answer: retentionRunExample },
});

export const retentionRoutes = api()
  .openapi(list, (c) => c.json(listRetention(c.var.ctx), 200))
  .openapi(preview, async (c) => {
    const run = await previewRetention(c.var.ctx);
    return c.json(run, 202, locationOf(runPath, run));
  })
  .openapi(read, async (c) => c.json(await getRetentionRun(c.var.ctx, c.req.valid("param").id), 200));
