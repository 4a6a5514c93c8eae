import { z } from "zod";
import { Id } from "../../../shared/platform/index.ts";
import {
  CreateReportInput,
  createReport,
  deleteReport,
  getReport,
  getReportMarkdown,
  getReportPdf,
  ListReportsQuery,
  listReports,
  ReportList,
  ReportMarkdown,
  ReportSummary,
  StakeholderReport,
} from "../../../shared/reports/index.ts";
import { savedAs } from "../download.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { locationOf } from "../location.ts";
import { createReportExample, pendingReportExample, readyReportExample, reportExample } from "../report-examples.ts";
import { api, del, get, post } from "../route.ts";

const params = z.object({ id: Id("report").describe("Id of the report") });
const reportPath = "/api/v1/reports/{id}";

const create = post("/api/v1/reports", {
  id: "createReport",
  tag: "Reports",
  permission: "reports:write",
  limit: "reports",
  idempotent: "db",
  location: reportPath,
  summary: "Have a report made",
  description:
    "What got better and worse on the sites of all projects, or of one, over the last days. The answer comes at once; read it at the address in `Location` until its `state` is `ready`.",
  body: CreateReportInput,
  accepted: ReportSummary,
  conflict: "20 reports are waiting to be made; one about the same was sent within the last hour; 50 were sent within 24 hours",
  examples: { body: createReportExample, answer: pendingReportExample },
});

const list = get("/api/v1/reports", {
  id: "listReports",
  tag: "Reports",
  permission: "reports:read",
  limit: "lists",
  summary: "List reports",
  description: "The workspace's reports, newest first, without what they say.",
  query: ListReportsQuery,
  ok: ReportList,
  examples: { answer: { items: [readyReportExample] } },
});

const read = get(reportPath, {
  id: "getReport",
  tag: "Reports",
  permission: "reports:read",
  limit: "reads",
  summary: "Read a report",
  description: "What it says as ids and numbers, in no language; the rules have the texts.",
  params,
  ok: StakeholderReport,
  examples: { answer: reportExample },
});

const notReady = "It is not ready yet, or could not be made";

const pdf = get("/api/v1/reports/{id}/report.pdf", {
  id: "getReportPdf",
  tag: "Reports",
  permission: "reports:read",
  limit: "reports",
  summary: "Report as PDF",
  description: "The report in words, to print and to send.",
  params,
  query: LanguageQuery,
  ok: z.string().max(50_000_000),
  produces: "application/pdf",
  conflict: notReady,
});

const markdown = get("/api/v1/reports/{id}/report.md", {
  id: "getReportMarkdown",
  tag: "Reports",
  permission: "reports:read",
  limit: "reports",
  summary: "Report as Markdown",
  description: "The report in words, for a wiki, a ticket or a chat.",
  params,
  query: LanguageQuery,
  ok: ReportMarkdown,
  produces: "text/markdown",
  conflict: notReady,
});

const remove = del(reportPath, {
  id: "deleteReport",
  tag: "Reports",
  permission: "reports:write",
  limit: "writes",
  summary: "Delete a report",
  description: "Removes a report with its PDFs. This cannot be undone.",
  params,
  noContent: "Deleted",
});

export const stakeholderReportRoutes = api()
  .openapi(create, async (c) => {
    const report = await createReport(c.var.ctx, c.req.valid("json"));
    return c.json(report, 202, locationOf(reportPath, report));
  })
  .openapi(list, async (c) => c.json(await listReports(c.var.ctx, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await getReport(c.var.ctx, c.req.valid("param").id), 200))
  .openapi(pdf, async (c) => {
    const { body, createdAt } = await getReportPdf(c.var.ctx, c.env.STORE, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.body(body, 200, {
      "Content-Type": "application/pdf",
      "Content-Disposition": savedAs({ what: "report", at: createdAt, extension: "pdf" }),
    });
  })
  .openapi(markdown, async (c) => {
    const { text, createdAt } = await getReportMarkdown(c.var.ctx, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.body(text, 200, {
      "Content-Type": "text/markdown; charset=utf-8",
      "Content-Disposition": savedAs({ what: "report", at: createdAt, extension: "md" }),
    });
  })
  .openapi(remove, async (c) => {
    await deleteReport(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  });
