import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { jobs, projects, reports } from "../../../../shared/db/schema/index.ts";
import { dayMs, newId } from "../../../../shared/platform/index.ts";
import { ReportList, ReportSummary, StakeholderReport } from "../../../../shared/reports/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedReport } from "../../../helpers/worker/reports.ts";

const db = directoryDatabase(env);
const path = "/api/v1/reports";
let own: SeededWorkspace;
let key = "";
let foreignKey = "";
beforeAll(async () => {
  own = await seedWorkspace();
  key = await seedKey(own);
  foreignKey = await seedKey(await seedWorkspace());
});

const create = (body: object, by = key) => call("POST", path, { key: by, body });
const codeOf = async (answer: Response) => Problem.parse(await answer.json()).code;

describe("a report", () => {
  it("is accepted at once, made in the background, and read as JSON, PDF and Markdown", async () => {
    const answer = await create({ days: 30 });
    expect(answer.status).toBe(202);
    const asked = ReportSummary.strict().parse(await answer.json());
    expect(answer.headers.get("Location")).toBe(`${path}/${asked.id}`);
    expect(asked).toMatchObject({ projectId: null, state: "pending", isSent: false, createdBy: own.userId, readyAt: null });
    expect(asked.to - asked.from).toBe(30 * dayMs);
    await vi.waitFor(
      async () => {
        const report = StakeholderReport.strict().parse(await (await call("GET", `${path}/${asked.id}`, { key })).json());
        expect(report).toMatchObject({ state: "ready", content: { projects: [] } });
      },
      { timeout: 25_000, interval: 200 },
    );
    const pdf = await call("GET", `${path}/${asked.id}/report.pdf?lang=es`, { key });
    expect([pdf.status, pdf.headers.get("Content-Type"), pdf.headers.get("Content-Language")]).toEqual([200, "application/pdf", "es"]);
    expect(pdf.headers.get("Content-Disposition")).toMatch(/^attachment; filename="mentha-report-[\d-]+\.pdf"$/);
    expect((await pdf.text()).slice(0, 5)).toBe("%PDF-");
    const markdown = await call("GET", `${path}/${asked.id}/report.md`, { key, headers: { "Accept-Language": "es" } });
    expect(await markdown.text()).toMatch(/^# Informe de calidad/);
  });

  it("is of a project of the workspace", async () => {
    const projectId = newId("project");
    await db.insert(projects).values({ id: projectId, workspaceId: own.id, name: "Shop", createdAt: 1 });
    expect(ReportSummary.parse(await (await create({ projectId })).json())).toMatchObject({ projectId });
    const foreign = await create({ projectId }, foreignKey);
    expect([foreign.status, await codeOf(foreign)]).toEqual([422, "invalid"]);
    const listed = ReportList.parse(await (await call("GET", `${path}?projectId=${projectId}`, { key })).json());
    expect(listed.items.map((report) => report.projectId)).toEqual([projectId]);
  });

  it.each([{ days: 0 }, { days: 367 }, { days: 1.5 }, { projectId: "prj_1" }, { more: true }, { send: "yes" }])("is not made of %j", async (body) => {
    expect((await create(body)).status).toBe(422);
  });

  it.each(["report.pdf", "report.md"])("has no %s while it is pending, nor when it could not be made", async (file) => {
    const pending = await seedReport(own, { state: "pending", content: null, readyAt: null });
    const failed = await seedReport(own, { state: "failed", content: { failure: "project-gone" }, readyAt: null });
    for (const id of [pending, failed]) expect((await call("GET", `${path}/${id}/${file}`, { key })).status).toBe(409);
    const report = StakeholderReport.parse(await (await call("GET", `${path}/${failed}`, { key })).json());
    expect(report).toMatchObject({ state: "failed", failure: "project-gone", content: null });
  });

  it("is nobody else's to read or to delete", async () => {
    const id = await seedReport(own);
    for (const file of ["", "/report.pdf", "/report.md"]) expect((await call("GET", `${path}/${id}${file}`, { key: foreignKey })).status).toBe(404);
    expect((await call("DELETE", `${path}/${id}`, { key: foreignKey })).status).toBe(404);
    expect((await call("GET", `${path}/${id}/report.pdf`, { key })).status).toBe(200);
  });

  it("is gone at once when it is deleted, and its files soon after", async () => {
    const id = await seedReport(own);
    expect((await call("DELETE", `${path}/${id}`, { key })).status).toBe(204);
    expect((await call("GET", `${path}/${id}`, { key })).status).toBe(404);
    expect((await call("DELETE", `${path}/${id}`, { key })).status).toBe(404);
    await vi.waitFor(async () => expect((await env.STORE.list({ prefix: `${own.id}/reports/${id}/` })).objects).toEqual([]), { timeout: 20_000 });
    expect(
      await db
        .select()
        .from(jobs)
        .where(and(eq(jobs.workspaceId, own.id), eq(jobs.type, "report.purge"))),
    ).toHaveLength(1);
  });

  it("is made once for one Idempotency-Key", async () => {
    const before = await db.$count(reports, eq(reports.workspaceId, own.id));
    const ask = async () => ReportSummary.parse(await (await call("POST", path, { key, body: { days: 3 }, headers: { "Idempotency-Key": "once" } })).json());
    expect(await ask()).toEqual(await ask());
    expect(await db.$count(reports, eq(reports.workspaceId, own.id))).toBe(before + 1);
  });
});
