import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditPages, audits } from "../../../../shared/db/schema/index.ts";
import { dayMs } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { runAudit } from "../../../helpers/worker/audit-run.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { seedPages } from "../../../helpers/worker/kept-seeds.ts";
import { defineSite } from "../../../helpers/worker/site.ts";
import { smallSite } from "../../../helpers/worker/small-site.ts";

const db = directoryDatabase(env);
const later = Date.now() + 2 * dayMs;
const host = "pages-kept.test";

let workspace: SeededWorkspace;
let key: string;
let auditId: string;
const read = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await call("GET", `/api/v1/audits/${auditId}${path}`, { key });
  return { status: response.status, body: await response.json() };
};
const tablesOf = (id: string) =>
  runInDurableObject(
    env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.idFromName(id)),
    (_, { storage }) => storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'crawl'").toArray().length,
  );

beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
  await env.DB.prepare("UPDATE workspaces SET page_retention_days = 1 WHERE id = ?").bind(workspace.id).run();
  await defineSite(host, { ...smallSite(`http://${host}`), "/broken": { status: 410, body: "no" } });
  auditId = (await runAudit(key, `http://${host}/`)).audit.id;
});

describe("an audit whose pages are no longer kept", () => {
  it("keeps everything but its pages, and says so wherever pages are read", async () => {
    const before = [await read(""), await read("/findings?limit=100"), await read("/report.json")] as const;
    expect((await read("/pages")).status).toBe(200);
    expect(await tablesOf(auditId)).toBe(1);

    expect(await cleanUp(later)).toMatchObject({ pages: 1, audits: 0 });

    expect([await read(""), await read("/findings?limit=100")]).toEqual(before.slice(0, 2));
    expect(await read("/pages")).toMatchObject({ status: 410, body: { detail: expect.stringContaining("no longer kept") } });
    const report = await read("/report.json");
    expect(report.status).toBe(200);
    expect(report.body).toMatchObject({ audit: before[2].body.audit, rules: before[2].body.rules, slowest: [], pages: { byStatus: [] } });
    expect(report.body.notes).toContainEqual(expect.stringContaining("no longer kept one by one"));
    expect(before[2].body.notes).not.toContainEqual(expect.stringContaining("no longer kept"));
    expect((await call("GET", `/api/v1/audits/${auditId}/report.html`, { key })).status).toBe(200);
    expect(await tablesOf(auditId)).toBe(0);
    expect(await db.$count(auditPages, eq(auditPages.auditId, auditId))).toBe(0);
  });

  it("is left alone from then on", async () => {
    expect(await cleanUp(later)).toMatchObject({ pages: 0 });
  });
});

describe("the pages of a large audit", () => {
  it("go in slices, and the list is closed before the first of them goes", async () => {
    const id = await seedAudit(workspace);
    await db.update(audits).set({ status: "completed", finishedAt: 1 }).where(eq(audits.id, id));
    await seedPages(workspace, id, 2_500);
    const left: Promise<number>[] = [];
    const lists: Promise<Response>[] = [];
    const counts = await cleanUp(later, {
      reached: ({ kind }) => {
        if (kind !== "pages") return;
        left.push(
          env.DB.prepare("SELECT count(*) AS n FROM audit_pages WHERE audit_id = ?")
            .bind(id)
            .first<number>("n")
            .then((n) => n ?? -1),
        );
        lists.push(call("GET", `/api/v1/audits/${id}/pages`, { key }));
      },
    });
    expect(counts).toMatchObject({ pages: 1 });
    expect((await Promise.all(left)).filter((n) => n > 0 && n < 2_500).length).toBeGreaterThan(0);
    expect((await Promise.all(lists)).at(-1)?.status).toBe(410);
    expect(await db.$count(auditPages, eq(auditPages.auditId, id))).toBe(0);
  });
});
