import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { Report } from "../../../../shared/audits/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { findings } from "../../../../shared/db/schema/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { reportSavedAs } from "../../../../workers/api/download.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";

let workspace: SeededWorkspace;
let key = "";
let auditId = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
  auditId = await seedAudit(workspace);
  const rows = (["info", "warning", "error"] as const).map((severity, ordinal) => ({
    auditId,
    ordinal,
    id: newId("finding"),
    workspaceId: workspace.id,
    ruleId: "title-missing",
    ruleVersion: 1,
    category: "content",
    severity,
    pageUrl: `https://example.com/${severity}`,
    values: {},
    evidence: ["=1+1"],
    evidenceTotal: 1,
  }));
  await directoryDatabase(env).insert(findings).values(rows);
});
afterEach(() => {
  stopFaults();
});

const read = (report: string, headers: Record<string, string> = {}): Promise<Response> =>
  call("GET", `/api/v1/audits/${auditId}/report.${report}`, { key, headers });

const today = new Date().toISOString().slice(0, 10);

describe.each([
  { report: "md", type: "text/markdown; charset=utf-8", start: /^## Site audit: / },
  { report: "csv", type: "text/csv; charset=utf-8; header=present", start: /^"Severity","Category"/ },
  { report: "sarif", type: "application/sarif+json", start: /^\{"\$schema"/ },
  { report: "junit.xml", type: "application/xml; charset=utf-8", start: /^<\?xml version="1\.0" encoding="UTF-8"\?>/ },
])("report.$report", ({ report, type, start }) => {
  it("is what it says, to be saved under a name of its own, and nothing a browser would guess at", async () => {
    const answer = await read(report);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe(type);
    expect(answer.headers.get("Content-Disposition")).toBe(`attachment; filename="mentha-example.com-${today}.${report}"`);
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.text()).toMatch(start);
  });

  it.each([
    { query: "?lang=es", accept: "en", language: "es" },
    { query: "", accept: "es-MX", language: "es" },
    { query: "", accept: "fr", language: "en" },
  ])("is in $language for $query and $accept", async ({ query, accept, language }) => {
    const answer = await read(report + query, { "Accept-Language": accept });
    expect(answer.headers.get("Content-Language")).toBe(language);
    expect(answer.headers.get("Vary")).toContain("Accept-Language");
    expect(await answer.text()).toContain(language === "es" ? "La página no tiene título" : "The page has no title");
  });

  it("refuses a language that it does not have", async () => {
    expect((await read(`${report}?lang=fr`)).status).toBe(422);
  });
});

describe("the reports of one audit", () => {
  it("hold the same findings, worst first", async () => {
    const rows = (await (await read("csv")).text()).split("\r\n").slice(1, -1);
    expect(rows.map((row) => /"https:\/\/example\.com\/(\w+)"/.exec(row)?.[1])).toEqual(["error", "warning", "info"]);
    const Sarif = z.object({ runs: z.tuple([z.object({ results: z.array(z.object({ level: z.string() })) })]) });
    const [run] = Sarif.parse(await (await read("sarif")).json()).runs;
    expect(run.results.map(({ level }) => level)).toEqual(["error", "warning", "note"]);
    const { rules } = Report.parse(await (await read("json")).json());
    expect(rules[0]?.findings.map(({ severity }) => severity)).toEqual(["error", "warning", "info"]);
  });
});

describe("a report that is written while it is read", () => {
  it.each(["csv", "sarif"])("breaks off when the database fails on the way, and is not taken for whole: %s", async (report) => {
    injectFaults(({ point, text }) => (point === "d1" && text.includes('"before"') ? "fail-before" : undefined));
    const answer = await read(report);
    expect(answer.status).toBe(200);
    const log = vi.spyOn(console, "error").mockReturnValue();
    await expect(answer.text()).rejects.toThrow();
    const lines = log.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("report broke off"));
    log.mockRestore();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(auditId);
    expect(lines[0]).toContain("errorMessage");
  });

  it.each(["csv", "sarif"])("is a plain error when it fails before it begins: %s", async (report) => {
    injectFaults(({ point, text }) => (point === "d1" && /^select .* from "audits"/i.test(text) ? "fail-before" : undefined));
    expect((await read(report)).status).toBe(500);
  });
});

describe("the name under which a report is saved", () => {
  it.each([
    { url: "https://www.example.com:8443/a/b", name: "mentha-www.example.com-2026-11-22.csv" },
    { url: "http://[::1]:3000/", name: "mentha-1-2026-11-22.csv" },
    { url: 'http://a";b.example/', name: "mentha-a-b.example-2026-11-22.csv" },
    { url: "https://münchen.example/", name: "mentha-xn--mnchen-3ya.example-2026-11-22.csv" },
  ])("for $url is $name", ({ url, name }) => {
    expect(reportSavedAs({ url, createdAt: Date.UTC(2026, 10, 22, 23, 59) }, "csv")).toBe(`attachment; filename="${name}"`);
  });
});
