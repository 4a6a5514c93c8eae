import { z } from "zod";
import { getReport, getReportCsv, getReportSarif, Report, renderReportHtml, renderReportJunit, renderReportMarkdown } from "../../../shared/audits/index.ts";
import { auditParams as params } from "../audit-params.ts";
import { reportSavedAs } from "../download.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { quotingPagePolicy } from "../middleware/secure-headers.ts";
import { api, get } from "../route.ts";
import { textStream } from "../text-stream.ts";

/** What every report is read with. */
const reading = { tag: "Audits", permission: "audits:read", limit: "reports", params, query: LanguageQuery } as const;

const json = get("/api/v1/audits/{id}/report.json", {
  ...reading,
  id: "getAuditReport",
  summary: "Report as JSON",
  description: "Scores, findings by rule, what passed, what was not checked and the slowest pages, in one document.",
  ok: Report,
});

const html = get("/api/v1/audits/{id}/report.html", {
  ...reading,
  id: "getAuditReportPage",
  summary: "Report as a page",
  description: "The report as one HTML file that needs nothing else, to send or to print.",
  ok: z.string().max(50_000_000),
  produces: "text/html",
});

const markdown = get("/api/v1/audits/{id}/report.md", {
  ...reading,
  id: "getAuditReportMarkdown",
  summary: "Report as Markdown",
  description: "Scores and findings by rule in at most 65,536 characters, for a comment on a pull request, a summary of a build or a chat.",
  ok: z.string().max(65_536),
  produces: "text/markdown",
});

const csv = get("/api/v1/audits/{id}/report.csv", {
  ...reading,
  id: "getAuditReportCsv",
  summary: "Report as CSV",
  description: "Every finding as one row, worst first, for a spreadsheet.",
  ok: z.string().max(2_147_483_647),
  produces: "text/csv",
});

const sarif = get("/api/v1/audits/{id}/report.sarif", {
  ...reading,
  id: "getAuditReportSarif",
  summary: "Report as SARIF",
  description: "The 5,000 worst findings as SARIF 2.1.0, for code scanning.",
  ok: z.string().max(100_000_000),
  produces: "application/sarif+json",
});

const junit = get("/api/v1/audits/{id}/report.junit.xml", {
  ...reading,
  id: "getAuditReportJunit",
  summary: "Report as JUnit XML",
  description: "Each rule as a test, which fails when it has findings of severity error, for the test reports of build servers.",
  ok: z.string().max(50_000_000),
  produces: "application/xml",
});

export const reportRoutes = api()
  .openapi(json, async (c) => {
    const report = await getReport(c.var.ctx, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.json(report, 200);
  })
  .openapi(html, async (c) => {
    const report = await getReport(c.var.ctx, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.html(renderReportHtml(report), 200, { "Content-Security-Policy": quotingPagePolicy });
  })
  .openapi(markdown, async (c) => {
    const report = await getReport(c.var.ctx, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.body(renderReportMarkdown(report), 200, {
      "Content-Type": "text/markdown; charset=utf-8",
      "Content-Disposition": reportSavedAs(report.audit, "md"),
    });
  })
  .openapi(csv, async (c) => {
    const { audit, text } = await getReportCsv(c.var.ctx, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.body(textStream(c, "report", text, { auditId: audit.id }), 200, {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": reportSavedAs(audit, "csv"),
    });
  })
  .openapi(sarif, async (c) => {
    const { audit, text } = await getReportSarif(c.var.ctx, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.body(textStream(c, "report", text, { auditId: audit.id }), 200, {
      "Content-Type": "application/sarif+json",
      "Content-Disposition": reportSavedAs(audit, "sarif"),
    });
  })
  .openapi(junit, async (c) => {
    const report = await getReport(c.var.ctx, c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang));
    return c.body(renderReportJunit(report), 200, {
      "Content-Type": "application/xml; charset=utf-8",
      "Content-Disposition": reportSavedAs(report.audit, "junit.xml"),
    });
  });
