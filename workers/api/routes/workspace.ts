import { CreateWorkspaceInput, createWorkspace, getWorkspace, UpdateWorkspaceInput, updateWorkspace, Workspace } from "../../../shared/identity/index.ts";
import { workspaceExample } from "../examples.ts";
import { api, get, patch, post } from "../route.ts";
import { etagOf, ifVersionOf } from "../versions.ts";

const read = get("/api/v1/workspace", {
  id: "getWorkspace",
  tag: "Workspace",
  permission: "workspace:read",
  limit: "reads",
  versioned: true,
  summary: "Read the workspace",
  description: "Name and settings of the workspace that the request is in.",
  ok: Workspace,
  examples: { answer: workspaceExample },
});

const update = patch("/api/v1/workspace", {
  id: "updateWorkspace",
  tag: "Workspace",
  permission: "workspace:write",
  limit: "writes",
  versioned: true,
  summary: "Change the workspace",
  description: "Changes what is given; the rest stays as it is.",
  body: UpdateWorkspaceInput,
  ok: Workspace,
  examples: { body: { language: "es", auditRetentionDays: 365 }, answer: { ...workspaceExample, language: "es", auditRetentionDays: 365, version: 2 } },
});

const create = post("/api/admin/workspaces", {
  id: "createWorkspace",
  tag: "Workspace",
  permission: "operations:write",
  limit: "admin",
  idempotent: "directory",
  versioned: true,
  summary: "Make a workspace",
  description: "Another workspace of this installation, with whoever makes it as its first admin. Name it in X-Workspace to work in it.",
  body: CreateWorkspaceInput,
  created: Workspace,
  examples: { body: { name: "Example Shop", timeZone: "Europe/Madrid" }, answer: workspaceExample },
});

export const workspaceRoutes = api()
  .openapi(read, async (c) => {
    const workspace = await getWorkspace(c.var.ctx);
    return c.json(workspace, 200, etagOf(workspace));
  })
  .openapi(update, async (c) => {
    const workspace = await updateWorkspace(c.var.ctx, c.req.valid("json"), ifVersionOf(c));
    return c.json(workspace, 200, etagOf(workspace));
  })
  .openapi(create, async (c) => {
    const workspace = await createWorkspace(c.var.ctx, c.req.valid("json"));
    return c.json(workspace, 201, etagOf(workspace));
  });
