import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { mostOfSite, mostPoints } from "../../../../../shared/audits/history/schemas.ts";
import { getTrends } from "../../../../../shared/audits/history/trends.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { audits, projects, sites } from "../../../../../shared/db/schema/index.ts";
import { type Context, newId } from "../../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { storeAudit, usualOptions } from "../../../../helpers/worker/past-audits.ts";
import { plansOf } from "../../../../helpers/worker/query-plan.ts";

const db = directoryDatabase(env);
const at = 1_800_000_000_000;

let own: SeededWorkspace;
let ctx: Context;
let projectId: string;
beforeEach(async () => {
  own = await seedWorkspace();
  ctx = contextOf(env, own);
  projectId = newId("project");
  await db.insert(projects).values({ id: projectId, workspaceId: own.id, name: "Shop", createdAt: at });
  for (const origin of ["https://shop.example", "https://blog.example"]) {
    await db.insert(sites).values({ id: newId("site"), workspaceId: own.id, projectId, origin, verificationToken: "t", createdAt: at });
  }
});

const pages = {};
const trendOf = async (query = {}) => (await getTrends(ctx, projectId, query)).sites.map((site) => site.audits.map(({ auditId }) => auditId));

describe("the trends of a project", () => {
  it("are the completed audits of each site, oldest first, whatever address they began at", async () => {
    const second = await storeAudit(own, at + 2, { pages, url: "https://shop.example/sale?a=1" });
    const first = await storeAudit(own, at + 1, { pages });
    await storeAudit(own, at, { pages, url: "https://shop.example.net/" });
    await storeAudit(own, at, { pages, of: { status: "failed" } });
    await storeAudit(own, at, { pages, of: { deletedAt: 1 } });
    await storeAudit(own, at, { pages, of: { confirmsId: first } });
    await storeAudit(await seedWorkspace(), at, { pages });
    expect(await trendOf()).toEqual([[first, second], []]);
    const [site] = (await getTrends(ctx, projectId, {})).sites;
    expect(site).toMatchObject({ origin: "https://shop.example", audits: [{ at: at + 1, scores: { overall: 80 }, counts: { error: 0 } }, { at: at + 2 }] });
    expect(await trendOf({ since: at + 2 })).toEqual([[second], []]);
    expect(await trendOf({ until: at + 2 })).toEqual([[first], []]);
  });

  it("are the newest of many", async () => {
    const row = { workspaceId: own.id, createdBy: own.userId, url: "https://shop.example/", status: "completed", options: usualOptions } as const;
    const said = { scores: { overall: 1 }, counts: { error: 0, warning: 0, info: 0 } };
    for (let i = 0; i <= mostOfSite; i++) await db.insert(audits).values({ ...row, ...said, id: newId("audit"), createdAt: at + i, finishedAt: at + i });
    const [site] = (await getTrends(ctx, projectId, {})).sites;
    expect(site?.audits.map((audit) => audit.at)).toEqual(Array.from({ length: mostOfSite }, (_, i) => at + 1 + i));
  });

  it("are no more than one answer holds, of each site as many as of any other, and say what is left out", async () => {
    for (let i = 0; i < 10; i++) {
      const site = { workspaceId: own.id, projectId, origin: `https://s${i}.example`, verificationToken: "t", createdAt: at };
      await db.insert(sites).values({ id: newId("site"), ...site });
    }
    const said = JSON.stringify({ error: 0, warning: 0, info: 0 });
    // Ten sites with 199 audits and the shop with 210: of the 2,200 only 2,000 fit.
    const stored = sql`with recursive n(i) as (select 0 union all select i + 1 from n where i < 209)
      insert into audits (id, workspace_id, created_by, url, status, options, scores, counts, created_at, finished_at)
      select 'aud_' || site.value || i, ${own.id}, ${own.userId}, 'https://' || site.value || '.example/', 'completed', '{}', '{"overall":1}', ${said}, 1, ${at} + i
      from n, json_each('["s0","s1","s2","s3","s4","s5","s6","s7","s8","s9","shop"]') as site where site.value = 'shop' or i < 199`;
    await db.run(stored);
    const only = await storeAudit(own, at, { pages, url: "https://blog.example/" });
    const trends = await getTrends(ctx, projectId, {});
    const shown = new Map(trends.sites.map((site) => [site.origin, site.audits.length]));
    expect([...shown.values()].reduce((sum, n) => sum + n, 0)).toBe(mostPoints);
    expect(trends.sites.find(({ origin }) => origin === "https://blog.example")).toMatchObject({ audits: [{ auditId: only }], auditsLeftOut: 0 });
    const many = [...shown].filter(([origin]) => origin !== "https://blog.example").map(([, n]) => n);
    expect(Math.max(...many) - Math.min(...many)).toBeLessThanOrEqual(1);
    const shop = trends.sites.find(({ origin }) => origin === "https://shop.example");
    expect(shop?.audits.at(-1)?.at).toBe(at + 209);
    expect((shop?.audits.length ?? 0) + (shop?.auditsLeftOut ?? 0)).toBe(210);
  });

  it("look each site up in the index", async () => {
    await storeAudit(own, at, { pages });
    const plans = await plansOf((each) => getTrends({ ...ctx, db: each }, projectId, {}));
    expect(plans.filter((plan) => plan.includes("audits_site"))).toHaveLength(1);
    expect(plans.join()).toContain("SEARCH audits USING INDEX audits_site (workspace_id=? AND url>? AND url<?)");
    expect(plans.join()).not.toContain("SCAN audits");
  });

  it("are those of one's own projects alone", async () => {
    await expect(getTrends(contextOf(env, await seedWorkspace()), projectId, {})).rejects.toMatchObject({ code: "not_found" });
    await expect(getTrends(contextOf(env, own, ["projects:read"]), projectId, {})).rejects.toMatchObject({ code: "forbidden" });
  });
});
