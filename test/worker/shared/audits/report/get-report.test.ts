import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { listRules, Report } from "../../../../../shared/audits/index.ts";
import { directoryDatabase } from "../../../../../shared/db/client.ts";
import { auditPages, audits, findings } from "../../../../../shared/db/schema/index.ts";
import { newId } from "../../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { crawlOptions } from "../../../../helpers/worker/crawl-options.ts";

const db = directoryDatabase(env);
const site = "https://example.com";

let workspace: SeededWorkspace;
let key: string;
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

interface Row {
  readonly ruleId: string;
  readonly severity: "error" | "warning" | "info";
  readonly evidence?: readonly string[];
}

async function storeFindings(auditId: string, rows: readonly Row[]): Promise<void> {
  for (const [ordinal, { ruleId, severity, evidence = [] }] of rows.entries()) {
    await db.insert(findings).values({
      auditId,
      ordinal,
      id: newId("finding"),
      workspaceId: workspace.id,
      ruleId,
      ruleVersion: 1,
      category: "content",
      severity,
      pageUrl: `${site}/${ordinal}`,
      values: {},
      evidence,
      evidenceTotal: evidence.length,
    });
  }
}

type PageRow = Pick<typeof auditPages.$inferInsert, "status" | "outcome"> & { readonly totalMs?: number };

async function storePages(auditId: string, rows: readonly PageRow[]): Promise<void> {
  for (const [ordinal, { status, outcome, totalMs = 10 }] of rows.entries()) {
    const page = { url: `${site}/${ordinal}`, status, outcome, title: null, depth: 1, indexable: true, redirectTo: null, contentType: null };
    await db.insert(auditPages).values({ auditId, ordinal, workspaceId: workspace.id, ...page, bytes: 1, ttfbMs: 1, totalMs, error: null });
  }
}

async function report(auditId: string, query = ""): Promise<Report> {
  const answer = await call("GET", `/api/v1/audits/${auditId}/report.json${query}`, { key });
  expect(answer.status).toBe(200);
  return Report.parse(await answer.json());
}

const repeat = (n: number, row: Row): Row[] => Array.from({ length: n }, () => row);

describe("a report", () => {
  it("puts errors before warnings before info, then what is found most often", async () => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, [
      ...repeat(4, { ruleId: "h1-multiple", severity: "info" }),
      ...repeat(2, { ruleId: "description-missing", severity: "warning" }),
      ...repeat(3, { ruleId: "h1-missing", severity: "warning" }),
      { ruleId: "title-missing", severity: "error" },
    ]);
    const { rules } = await report(auditId);
    expect(rules.map(({ rule, severity, findingsTotal }) => [rule.id, severity, findingsTotal])).toEqual([
      ["title-missing", "error", 1],
      ["h1-missing", "warning", 3],
      ["description-missing", "warning", 2],
      ["h1-multiple", "info", 4],
    ]);
  });

  it("shows the first twenty findings of a rule, worst first, and counts all", async () => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, [...repeat(25, { ruleId: "noindex", severity: "info" }), ...repeat(2, { ruleId: "noindex", severity: "error" })]);
    const [rule] = (await report(auditId)).rules;
    expect(rule).toMatchObject({ severity: "error", findingsTotal: 27 });
    expect(rule?.findings.map(({ pageUrl }) => pageUrl)).toEqual([25, 26, ...Array(18).keys()].map((ordinal) => `${site}/${ordinal}`));
  });

  it("shows the first five pieces of evidence in their order, and counts all", async () => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, [{ ruleId: "image-alt-missing", severity: "warning", evidence: ["f", "e", "d", "c", "b", "a"] }]);
    const finding = (await report(auditId)).rules[0]?.findings[0];
    expect(finding?.evidence).toEqual(["f", "e", "d", "c", "b"]);
    expect(finding?.evidenceTotal).toBe(6);
  });

  it("names every rule once: with findings, passed, or not checked", async () => {
    const auditId = await seedAudit(workspace);
    const tallies = {
      "title-missing": { version: 1, checked: 9, failing: 1 },
      "h1-missing": { version: 1, checked: 9, failing: 0 },
      "robots-syntax": { version: 1, checked: 0, failing: 0 },
    };
    await db.update(audits).set({ tallies }).where(eq(audits.id, auditId));
    await storeFindings(auditId, [{ ruleId: "title-missing", severity: "error" }]);
    const { rules, passed, notChecked } = await report(auditId);
    expect(rules.map(({ rule, checked, failing }) => [rule.id, checked, failing])).toEqual([["title-missing", 9, 1]]);
    expect(passed.map(({ id }) => id)).toEqual(["h1-missing"]);
    expect(notChecked.map(({ id }) => id)).toContain("robots-syntax");
    const catalogue = listRules("en").map(({ id }) => id);
    expect([...rules.map(({ rule }) => rule), ...passed, ...notChecked].map(({ id }) => id).sort()).toEqual(catalogue.sort());
  });

  it("counts pages by status, and shows the slowest HTML pages", async () => {
    const auditId = await seedAudit(workspace);
    await storePages(auditId, [
      { status: null, outcome: "failed", totalMs: 15_000 },
      { status: 404, outcome: "html" },
      { status: 301, outcome: "redirect", totalMs: 9_000 },
      ...[200, 100, 600, 400, 300, 500].map((totalMs) => ({ status: 200, outcome: "html" as const, totalMs })),
      { status: 200, outcome: "other", totalMs: 8_000 },
    ]);
    const { pages, slowest } = await report(auditId);
    expect(pages).toEqual({
      total: 10,
      byStatus: [
        { status: 200, count: 7 },
        { status: 301, count: 1 },
        { status: 404, count: 1 },
        { status: null, count: 1 },
      ],
      redirects: 1,
      failed: 1,
    });
    expect(slowest.map(({ totalMs }) => totalMs)).toEqual([600, 500, 400, 300, 200]);
  });

  it("keeps the findings of a rule that no longer exists, under its id", async () => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, [{ ruleId: "long-gone", severity: "warning" }]);
    expect((await report(auditId)).rules).toMatchObject([{ rule: { id: "long-gone", title: "long-gone" }, severity: "warning", findingsTotal: 1 }]);
  });

  it("speaks the language asked for", async () => {
    const auditId = await seedAudit(workspace);
    await storeFindings(auditId, [{ ruleId: "title-missing", severity: "error" }]);
    const [en, es] = [await report(auditId, "?lang=en"), await report(auditId, "?lang=es")];
    expect([en.language, es.language]).toEqual(["en", "es"]);
    expect(es.rules[0]?.rule.title).not.toBe(en.rules[0]?.rule.title);
    expect(es.notes.join(" ")).toContain("navegador");
  });

  it("says that an audit has not started, and has nothing to show", async () => {
    const { rules, pages, passed, notes } = await report(await seedAudit(workspace, "queued"));
    expect({ rules, total: pages.total, passed }).toEqual({ rules: [], total: 0, passed: [] });
    expect(notes[0]).toBe("The audit has not started yet.");
  });

  it("says when the include patterns matched nothing but the start page, which was reached over a redirect", async () => {
    const auditId = await seedAudit(workspace);
    await db
      .update(audits)
      .set({ options: crawlOptions({ include: ["docs/**"] }) })
      .where(eq(audits.id, auditId));
    await storePages(auditId, [
      { status: 301, outcome: "redirect" },
      { status: 200, outcome: "html" },
    ]);
    expect((await report(auditId)).notes).toContainEqual(expect.stringContaining("No other address matched the include patterns"));
  });

  it("stays small however much was found: 30,000 findings with long evidence", async () => {
    const auditId = await seedAudit(workspace);
    await db.run(sql`
      with recursive n(i) as (select 0 union all select i + 1 from n where i < 29999)
      insert into findings (audit_id, ordinal, id, workspace_id, rule_id, rule_version, category, severity, page_url, message_values, evidence, evidence_total)
      select ${auditId}, i, 'fnd_' || printf('%026d', i), ${workspace.id}, 'rule-' || (i % 50), 1, 'content', 'warning', ${site} || '/' || i, '{}',
        (select json_group_array(printf('%.200c', 'x')) from n where i < 20), 20 from n`);
    const answer = await call("GET", `/api/v1/audits/${auditId}/report.json`, { key });
    const text = await answer.text();
    expect(Report.parse(JSON.parse(text)).rules.map(({ findings: shown, findingsTotal }) => [shown.length, findingsTotal])).toEqual(Array(50).fill([20, 600]));
    expect(text.length).toBeLessThan(2_000_000);
  });

  it.each([
    [
      "belongs to another workspace",
      async (auditId: string) =>
        db
          .update(audits)
          .set({ workspaceId: newId("workspace") })
          .where(eq(audits.id, auditId)),
    ],
    ["is deleted", async (auditId: string) => db.update(audits).set({ deletedAt: 1 }).where(eq(audits.id, auditId))],
  ])("is not found when its audit %s", async (_, change) => {
    const auditId = await seedAudit(workspace);
    await change(auditId);
    expect((await call("GET", `/api/v1/audits/${auditId}/report.json`, { key })).status).toBe(404);
  });

  it("is refused to a key that may not read audits", async () => {
    const auditId = await seedAudit(workspace);
    const other = await seedKey(workspace, { scopes: ["operations:read"] });
    expect((await call("GET", `/api/v1/audits/${auditId}/report.json`, { key: other })).status).toBe(403);
  });
});
