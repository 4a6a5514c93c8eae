import { z } from "zod";
import { Id, TimedListQuery } from "../../../shared/platform/index.ts";
import {
  AddSiteInput,
  addSite,
  CreateProjectInput,
  createProject,
  deleteProject,
  getProject,
  listProjects,
  Project,
  ProjectList,
  removeSite,
  Site,
  SiteVerification,
  UpdateProjectInput,
  updateProject,
  VerifySiteInput,
  verifySite,
} from "../../../shared/projects/index.ts";
import { projectExample, siteExample, siteVerificationExample } from "../examples.ts";
import { api, del, get, patch, post } from "../route.ts";
import { etagOf, ifVersionOf } from "../versions.ts";

const params = z.object({ id: Id("project").describe("Id of the project") });
const siteParams = params.extend({ siteId: Id("site").describe("Id of the site") });

const { sites: _, ...summaryExample } = projectExample;

const list = get("/api/v1/projects", {
  id: "listProjects",
  tag: "Projects",
  permission: "projects:read",
  limit: "lists",
  summary: "List projects",
  description: "The workspace's projects with how many sites each has, newest first unless `sort` says otherwise.",
  query: TimedListQuery,
  ok: ProjectList,
  examples: { answer: { items: [{ ...summaryExample, siteCount: 1 }] } },
});

const create = post("/api/v1/projects", {
  id: "createProject",
  tag: "Projects",
  permission: "projects:write",
  limit: "writes",
  idempotent: "db",
  versioned: true,
  summary: "Create a project",
  description: "A product under quality work, which begins without sites.",
  body: CreateProjectInput,
  created: Project,
  examples: { body: { name: "Example Shop" }, answer: { ...projectExample, sites: [] } },
});

const read = get("/api/v1/projects/{id}", {
  id: "getProject",
  tag: "Projects",
  permission: "projects:read",
  limit: "reads",
  versioned: true,
  summary: "Read a project",
  description: "A project with its sites, in the order in which they were added.",
  params,
  ok: Project,
  examples: { answer: projectExample },
});

const update = patch("/api/v1/projects/{id}", {
  id: "updateProject",
  tag: "Projects",
  permission: "projects:write",
  limit: "writes",
  versioned: true,
  summary: "Rename a project",
  description: "Changes what is named in the body.",
  params,
  body: UpdateProjectInput,
  ok: Project,
  examples: { body: { name: "Example Shop 2" }, answer: { ...projectExample, name: "Example Shop 2" } },
});

const remove = del("/api/v1/projects/{id}", {
  id: "deleteProject",
  tag: "Projects",
  permission: "projects:write",
  limit: "writes",
  versioned: true,
  summary: "Delete a project",
  description: "Removes a project with its sites and what was proven of them. Audits stay. This cannot be undone.",
  params,
  noContent: "Deleted",
  conflict: "Webhooks are about this project alone",
});

const add = post("/api/v1/projects/{id}/sites", {
  id: "addSite",
  tag: "Projects",
  permission: "projects:write",
  limit: "writes",
  idempotent: "db",
  summary: "Add a site",
  description: "Adds the site of an address: its scheme, host and port. A project has 100 sites at most.",
  params,
  body: AddSiteInput,
  created: Site,
  conflict: "The project has this site already, or as many sites as it may",
  examples: { body: { url: "https://www.example.com/" }, answer: siteExample },
});

const removeOne = del("/api/v1/projects/{id}/sites/{siteId}", {
  id: "removeSite",
  tag: "Projects",
  permission: "projects:write",
  limit: "writes",
  summary: "Remove a site",
  description: "Removes a site from a project, with what was proven of it there. Audits stay.",
  params: siteParams,
  noContent: "Removed",
});

const verify = post("/api/v1/projects/{id}/sites/{siteId}/verify", {
  id: "verifySite",
  tag: "Projects",
  permission: "projects:write",
  limit: "verifications",
  summary: "Verify a site",
  description:
    "Looks for the site's token in the file `/.well-known/mentha-verification.txt`, in a `meta` element of the home page and in the DNS, or in the one place asked for. The answer says for each what was found and, where that is no proof, what to do.",
  params: siteParams,
  body: VerifySiteInput,
  bodyOptional: true,
  ok: SiteVerification,
  conflict: "Somebody else removed the site at the same time",
  examples: { body: { method: "file" }, answer: siteVerificationExample },
});

export const projectRoutes = api()
  .openapi(list, async (c) => c.json(await listProjects(c.var.ctx, c.req.valid("query")), 200))
  .openapi(create, async (c) => {
    const project = await createProject(c.var.ctx, c.req.valid("json"));
    return c.json(project, 201, etagOf(project));
  })
  .openapi(read, async (c) => {
    const project = await getProject(c.var.ctx, c.req.valid("param").id);
    return c.json(project, 200, etagOf(project));
  })
  .openapi(update, async (c) => {
    const project = await updateProject(c.var.ctx, c.req.valid("param").id, c.req.valid("json"), ifVersionOf(c));
    return c.json(project, 200, etagOf(project));
  })
  .openapi(remove, async (c) => {
    await deleteProject(c.var.ctx, c.req.valid("param").id, ifVersionOf(c));
    return c.body(null, 204);
  })
  .openapi(add, async (c) => c.json(await addSite(c.var.ctx, c.req.valid("param").id, c.req.valid("json")), 201))
  .openapi(removeOne, async (c) => {
    const { id, siteId } = c.req.valid("param");
    await removeSite(c.var.ctx, id, siteId);
    return c.body(null, 204);
  })
  .openapi(verify, async (c) => {
    const { id, siteId } = c.req.valid("param");
    return c.json(await verifySite(c.var.ctx, id, siteId, c.req.valid("json")), 200);
  });
