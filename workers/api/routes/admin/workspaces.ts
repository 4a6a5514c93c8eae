import { z } from "zod";
import {
  ListWorkspacesQuery,
  listWorkspaces,
  ReshardInput,
  reshardWorkspace,
  WorkspaceEntry,
  WorkspaceEntryList,
} from "../../../../shared/administration/index.ts";
import { allDatabases } from "../../../../shared/db/client.ts";
import { resumeWorkspace, SuspendInput, suspendWorkspace } from "../../../../shared/identity/index.ts";
import { Id } from "../../../../shared/platform/index.ts";
import { workspaceEntryExample } from "../../operations-examples.ts";
import { api, get, patch, post } from "../../route.ts";

const params = z.object({ id: Id("workspace").describe("Id of the workspace") });

const list = get("/api/admin/workspaces", {
  id: "listWorkspaces",
  tag: "Operations",
  permission: "operations:read",
  limit: "admin",
  summary: "List workspaces",
  description: "The workspaces of this installation, newest first; by how their name begins, and by whether they are suspended.",
  query: ListWorkspacesQuery,
  ok: WorkspaceEntryList,
  examples: { answer: { items: [workspaceEntryExample] } },
});

const reshard = patch("/api/admin/workspaces/{id}", {
  id: "reshardWorkspace",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Spread a workspace's live connections",
  description:
    "Says over how many objects the live connections of a workspace are spread: one is enough for some ten thousand. Who is connected moves within moments, and nobody goes offline by it.",
  params,
  body: ReshardInput,
  ok: WorkspaceEntry,
  conflict: "Somebody else changed it at the same time",
  examples: { body: { liveShards: 4 }, answer: { ...workspaceEntryExample, liveShards: 4 } },
});

const suspend = post("/api/admin/workspaces/{id}/suspend", {
  id: "suspendWorkspace",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Suspend a workspace",
  description:
    "Keeps everybody out of a workspace: from the next request on everything in it is answered 403, for its API keys too, and live connections close. Its audits are cancelled and keep what they found. E-mails and deletions that were asked for go on. Its members keep their other workspaces. For one that is suspended already, nothing changes.",
  params,
  body: SuspendInput,
  bodyOptional: true,
  noContent: "Suspended",
  examples: { body: { reason: "Audits sites that complained, ticket 4712" } },
});

const resume = post("/api/admin/workspaces/{id}/resume", {
  id: "resumeWorkspace",
  tag: "Operations",
  permission: "operations:write",
  limit: "admin",
  summary: "Resume a workspace",
  description: "Opens a suspended workspace again, with what was in it. Audits that were cancelled stay so. For one that is not suspended, nothing changes.",
  params,
  noContent: "Resumed",
});

export const workspaceAdminRoutes = api()
  .openapi(list, async (c) => c.json(await listWorkspaces(c.var.ctx, allDatabases(c.env), c.req.valid("query")), 200))
  .openapi(reshard, async (c) => c.json(await reshardWorkspace(c.var.ctx, allDatabases(c.env), c.req.valid("param").id, c.req.valid("json")), 200))
  .openapi(suspend, async (c) => {
    await suspendWorkspace(c.var.ctx, c.req.valid("param").id, c.req.valid("json"));
    return c.body(null, 204);
  })
  .openapi(resume, async (c) => {
    await resumeWorkspace(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  });
