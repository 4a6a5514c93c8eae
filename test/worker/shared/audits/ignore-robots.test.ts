import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { runAudit } from "../../../helpers/worker/audit-run.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

let workspace: SeededWorkspace;
let key = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

async function addSite(origin: string, verifiedAt: number | null, workspaceId = workspace.id): Promise<void> {
  await env.DB.prepare("INSERT INTO sites (id, workspace_id, project_id, origin, verification_token, verified_at, created_at) VALUES (?, ?, ?, ?, 'x', ?, 1)")
    .bind(newId("site"), workspaceId, newId("project"), origin, verifiedAt)
    .run();
}

const ignoring = (url: string): Promise<Response> => call("POST", "/api/v1/audits", { key, body: { url, maxPages: 1, respectRobots: false } });

describe("robots.txt may be ignored", () => {
  it("on a site that the workspace verified", async () => {
    await addSite("http://mine.test", 1);
    await defineSite("mine.test", { "/": "<h1>Mine</h1>" });
    expect((await ignoring("http://mine.test/shop")).status).toBe(202);
  });

  it.each([
    { where: "on any site", setUp: async () => {}, url: "http://nobody.test/" },
    { where: "on a site that is not verified yet", setUp: () => addSite("http://unproven.test", null), url: "http://unproven.test/" },
    {
      where: "on a site that another workspace verified",
      setUp: async () => addSite("http://theirs.test", 1, (await seedWorkspace()).id),
      url: "http://theirs.test/",
    },
    { where: "on another scheme of a verified site", setUp: () => addSite("https://secure.test", 1), url: "http://secure.test/" },
    { where: "on another port of a verified site", setUp: () => addSite("http://port.test", 1), url: "http://port.test:8080/" },
    { where: "on a host below a verified site", setUp: () => addSite("http://below.test", 1), url: "http://a.below.test/" },
    { where: "on the www twin of a verified site", setUp: () => addSite("http://twin.test", 1), url: "http://www.twin.test/" },
  ])("but not $where", async ({ setUp, url }) => {
    await setUp();
    const answer = await ignoring(url);
    expect(answer.status).toBe(422);
    expect(Problem.parse(await answer.json()).errors).toEqual([{ path: "body.respectRobots", message: expect.stringContaining("verified") }]);
  });
});

it("an audit that ignores robots.txt obeys that of the host's www twin, which it gets to", async () => {
  await addSite("http://apex.test", 1);
  const robots = "User-agent: *\nDisallow: /private";
  const links = ["http://apex.test/private/a", "http://www.apex.test/private/b", "http://www.apex.test/open"];
  await defineSite("apex.test", { "/robots.txt": robots, "/": links.map((url) => `<a href="${url}">Page</a>`).join(""), "/private/a": "<h1>A</h1>" });
  const twin = await defineSite("www.apex.test", { "/robots.txt": robots, "/private/b": "<h1>B</h1>", "/open": "<h1>Open</h1>" });
  const { audit, pages } = await runAudit(key, "http://apex.test/", { respectRobots: false, maxPages: 10 });
  expect(audit.status).toBe("completed");
  const outcomes = new Map(pages.map((page) => JSON.parse(page)).map(({ url, outcome }: { url: string; outcome: string }) => [url, outcome]));
  expect(Object.fromEntries(outcomes)).toMatchObject({ "http://apex.test/private/a": "html", "http://www.apex.test/open": "html" });
  expect(outcomes.get("http://www.apex.test/private/b")).not.toBe("html");
  expect((await twin.requests()).map(({ path }) => path)).not.toContain("/private/b");
});
