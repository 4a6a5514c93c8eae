import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../../shared/platform/index.ts";
import { Project, ProjectList, Site, SiteVerification } from "../../../../shared/projects/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { seedWebhook } from "../../../helpers/worker/webhooks.ts";

const projectsPath = "/api/v1/projects";
let workspace: SeededWorkspace;
let key = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const create = async (name = "Shop", by = key): Promise<Project> =>
  Project.strict().parse(await (await call("POST", projectsPath, { key: by, body: { name } })).json());
const at = (project: Pick<Project, "id">, more = ""): string => `${projectsPath}/${project.id}${more}`;
const read = async (project: Pick<Project, "id">): Promise<Project> => Project.strict().parse(await (await call("GET", at(project), { key })).json());
const add = (project: Pick<Project, "id">, url: string): Promise<Response> => call("POST", at(project, "/sites"), { key, body: { url } });
const added = async (project: Pick<Project, "id">, url: string): Promise<Site> => Site.strict().parse(await (await add(project, url)).json());
const refusal = async (answer: Response) => {
  const { status, code, detail, errors } = Problem.parse(await answer.json());
  return { status, code, detail, paths: errors.map(({ path }) => path) };
};

describe("a project", () => {
  it("is made, renamed and deleted", async () => {
    const answer = await call("POST", projectsPath, { key, body: { name: "  Shop  " } });
    expect(answer.status).toBe(201);
    const project = Project.strict().parse(await answer.json());
    expect(project).toMatchObject({ name: "Shop", version: 1, sites: [] });
    expect(await read(project)).toEqual(project);
    const renamed = await call("PATCH", at(project), { key, body: { name: "Shop 2" } });
    expect(Project.strict().parse(await renamed.json())).toEqual({ ...project, name: "Shop 2", version: 2 });
    expect(await read(project)).toEqual({ ...project, name: "Shop 2", version: 2 });
    expect((await call("PATCH", at(project), { key, body: {} })).status).toBe(200);
    expect((await call("DELETE", at(project), { key })).status).toBe(204);
    expect((await call("GET", at(project), { key })).status).toBe(404);
    expect((await call("DELETE", at(project), { key })).status).toBe(404);
  });

  it.each(["", " ", "a".repeat(101), "a\nb", 5])("is not called %j", async (name) => {
    expect((await call("POST", projectsPath, { key, body: { name } })).status).toBe(422);
  });

  it("takes its sites along when it is deleted, and those of no other", async () => {
    const [gone, kept] = [await create(), await create()];
    await added(gone, "https://www.example.com/");
    const site = await added(kept, "https://www.example.com/");
    await call("DELETE", at(gone), { key });
    const { results } = await env.DB.prepare("SELECT id FROM sites WHERE project_id IN (?, ?)").bind(gone.id, kept.id).all();
    expect(results).toEqual([{ id: site.id }]);
  });

  it("is kept while a webhook is about it alone, and says which", async () => {
    const project = await create();
    const id = await seedWebhook(workspace, { projectId: project.id, name: "Shop" });
    const refused = await call("DELETE", at(project), { key });
    expect(await refusal(refused)).toMatchObject({ status: 409, code: "conflict", detail: expect.stringContaining(`"Shop" (${id})`) });
    expect((await read(project)).id).toBe(project.id);
    await env.DB.prepare("UPDATE webhooks SET project_id = NULL WHERE id = ?").bind(id).run();
    expect((await call("DELETE", at(project), { key })).status).toBe(204);
  });

  it("is in the list with its number of sites, newest first, page by page", async () => {
    const own = await seedKey(await seedWorkspace());
    const made: Project[] = [];
    for (const name of ["one", "two", "three"]) made.push(await create(name, own));
    await call("POST", at(made[1] ?? { id: "" }, "/sites"), { key: own, body: { url: "https://example.com/" } });
    const list = async (query: string): Promise<ProjectList> => ProjectList.parse(await (await call("GET", projectsPath + query, { key: own })).json());
    const first = await list("?limit=2");
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(Object.fromEntries([...first.items, ...second.items].map(({ name, siteCount }) => [name, siteCount]))).toEqual({ one: 0, two: 1, three: 0 });
    expect(second.nextCursor).toBeUndefined();
  });

  it("of another workspace is as unknown as one that does not exist, with its sites", async () => {
    const stranger = await seedKey(await seedWorkspace());
    const project = await create();
    const { id: siteId } = await added(project, "https://www.example.com/");
    for (const id of [project.id, newId("project")]) {
      for (const [method, path, body] of [
        ["GET", "", undefined],
        ["PATCH", "", { name: "Mine" }],
        ["DELETE", "", undefined],
        ["POST", "/sites", { url: "https://example.org/" }],
        ["DELETE", `/sites/${siteId}`, undefined],
        ["POST", `/sites/${siteId}/verify`, { method: "file" }],
      ] as const) {
        const answer = await call(method, at({ id }, path), { key: stranger, ...(body === undefined ? {} : { body }) });
        expect([method, path, answer.status]).toEqual([method, path, 404]);
      }
    }
    expect(await read(project)).toMatchObject({ name: "Shop", sites: [{ id: siteId }] });
  });
});

describe("a site", () => {
  it("is the origin of an address, with a token of its own", async () => {
    const [project, other] = [await create(), await create()];
    const answer = await add(project, "HTTPS://WWW.Example.com.:443/shop?a=b#c");
    expect(answer.status).toBe(201);
    const site = Site.strict().parse(await answer.json());
    expect(site).toMatchObject({ origin: "https://www.example.com", verifiedAt: null, verifiedBy: null });
    expect(site.verificationToken).toMatch(/^[0-9a-f]{32}$/);
    const second = await added(project, "http://www.example.com/");
    const elsewhere = await added(other, "https://www.example.com/");
    expect(new Set([site, second, elsewhere].map(({ verificationToken }) => verificationToken)).size).toBe(3);
    expect((await read(project)).sites.map(({ id }) => id).toSorted()).toEqual([site.id, second.id].toSorted());
  });

  it("is in a project once, also when two add it at once", async () => {
    const project = await create();
    await added(project, "https://www.example.com/");
    expect(await refusal(await add(project, "https://WWW.example.com/a"))).toMatchObject({ status: 409, detail: expect.stringContaining("already") });
    const answers = await Promise.all(Array.from({ length: 5 }, () => add(project, "https://example.org/")));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    expect((await read(project)).sites).toHaveLength(2);
  });

  it("is one of a hundred at most, also when several are added at once", async () => {
    const project = await create();
    const insert = env.DB.prepare("INSERT INTO sites (id, workspace_id, project_id, origin, verification_token, created_at) VALUES (?, ?, ?, ?, 'x', 1)");
    await env.DB.batch(Array.from({ length: 98 }, (_, i) => insert.bind(newId("site"), workspace.id, project.id, `https://s${i}.example.com`)));
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => add(project, `https://t${i}.example.com/`)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 201, 409, 409, 409, 409]);
    expect(await refusal(await add(project, "https://example.org/"))).toMatchObject({ status: 409, detail: expect.stringContaining("100 sites") });
    expect((await read(project)).sites).toHaveLength(100);
  });

  it.each([
    { url: "ftp://example.com/", status: 422, code: "invalid" },
    { url: "example.com", status: 422, code: "invalid" },
    { url: "", status: 422, code: "invalid" },
    { url: "http://10.0.0.1/", status: 422, code: "egress_refused" },
    { url: "http://169.254.169.254/", status: 422, code: "egress_refused" },
    { url: "http://metadata.google.internal/", status: 422, code: "egress_refused" },
    { url: "https://example.com:22/", status: 422, code: "egress_refused" },
    { url: "https://user:secret@example.com/", status: 422, code: "egress_refused" },
  ])("is not $url", async ({ url, status, code }) => {
    expect(await refusal(await add(await create(), url))).toMatchObject({ status, code });
  });

  it("is removed from its own project only", async () => {
    const [project, other] = [await create(), await create()];
    const { id } = await added(project, "https://www.example.com/");
    expect((await call("DELETE", at(other, `/sites/${id}`), { key })).status).toBe(404);
    expect((await call("DELETE", at(project, `/sites/${id}`), { key })).status).toBe(204);
    expect((await call("DELETE", at(project, `/sites/${id}`), { key })).status).toBe(404);
    expect((await read(project)).sites).toEqual([]);
  });
});

describe("a verification", () => {
  const path = "/.well-known/mentha-verification.txt";
  const verify = async (project: Project, site: Site, body: object): Promise<SiteVerification> => {
    const answer = await call("POST", at(project, `/sites/${site.id}/verify`), { key, body });
    expect(answer.status).toBe(200);
    return SiteVerification.strict().parse(await answer.json());
  };

  it("that finds the token says how and when, and the project shows it", async () => {
    const project = await create();
    const site = await added(project, "http://verified.test/");
    await defineSite("verified.test", { [path]: site.verificationToken });
    const { site: verified, attempts } = await verify(project, site, { method: "file" });
    expect(attempts).toMatchObject([{ method: "file", isProof: true, todo: null }]);
    expect(verified).toMatchObject({ ...site, verifiedBy: "file", verifiedAt: expect.any(Number) });
    expect((await read(project)).sites).toEqual([verified]);
  });

  it("that finds nothing takes no older proof away", async () => {
    const project = await create();
    const site = await added(project, "http://unproven.test/");
    await defineSite("unproven.test", {});
    await env.DB.prepare("UPDATE sites SET verified_at = 5, verified_by = 'dns' WHERE id = ?").bind(site.id).run();
    const { site: kept, attempts } = await verify(project, site, { method: "file" });
    expect(attempts).toMatchObject([{ method: "file", isProof: false, todo: expect.stringContaining(site.verificationToken) }]);
    expect(kept).toEqual({ ...site, verifiedAt: 5, verifiedBy: "dns" });
    expect((await read(project)).sites).toEqual([kept]);
  });

  it("does not take another workspace's token for its own", async () => {
    const project = await create();
    const site = await added(project, "http://others.test/");
    const stranger = await seedKey(await seedWorkspace());
    const theirs = await create("Theirs", stranger);
    const foreign = Site.parse(await (await call("POST", at(theirs, "/sites"), { key: stranger, body: { url: "http://others.test/" } })).json());
    await defineSite("others.test", { [path]: foreign.verificationToken });
    expect((await verify(project, site, { method: "file" })).site.verifiedAt).toBeNull();
  });

  it("takes no way that it does not know", async () => {
    const project = await create();
    const site = await added(project, "http://ways.test/");
    expect((await call("POST", at(project, `/sites/${site.id}/verify`), { key, body: { method: "phone" } })).status).toBe(422);
  });
});

describe("who may", () => {
  it("see projects may not change them", async () => {
    const project = await create();
    const site = await added(project, "https://www.example.com/");
    const reader = await seedKey(workspace, { scopes: ["projects:read"] });
    expect((await call("GET", at(project), { key: reader })).status).toBe(200);
    for (const [method, path, body] of [
      ["POST", projectsPath, { name: "x" }],
      ["PATCH", at(project), { name: "x" }],
      ["DELETE", at(project), undefined],
      ["POST", at(project, "/sites"), { url: "https://example.org/" }],
      ["DELETE", at(project, `/sites/${site.id}`), undefined],
      ["POST", at(project, `/sites/${site.id}/verify`), { method: "file" }],
    ] as const) {
      expect([method, path, (await call(method, path, { key: reader, ...(body === undefined ? {} : { body }) })).status]).toEqual([method, path, 403]);
    }
  });

  it("change projects needs no permission to see them", async () => {
    const project = await create();
    const writer = await seedKey(workspace, { scopes: ["projects:write"] });
    expect((await call("PATCH", at(project), { key: writer, body: { name: "Renamed" } })).status).toBe(200);
    expect((await call("GET", at(project), { key: writer })).status).toBe(403);
  });
});
