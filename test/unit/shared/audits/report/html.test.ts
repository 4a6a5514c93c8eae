import { describe, expect, it } from "vitest";
import { renderReportHtml } from "../../../../../shared/audits/report/html.ts";
import { Report } from "../../../../../shared/audits/report/schemas.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;

/** The sample report with every text that a site can choose replaced by `text`, and every address by `url`. */
function reportFrom(text: string, url: string): Report {
  return {
    ...sampleReport,
    audit: { ...sampleReport.audit, url, status: "failed", error: { code: "x", message: text } },
    rules: sampleReport.rules.map((reported) => ({
      ...reported,
      rule: { ...reported.rule, title: text, why: text, fix: text, sources: [{ url, checked: text }] },
      findings: reported.findings.map((finding) => ({ ...finding, pageUrl: url, message: text, evidence: [text, url] })),
    })),
    passed: [{ id: text, title: text, category: "content" }],
    slowest: sampleReport.slowest.map((page) => ({ ...page, url, title: text })),
    notes: [text],
  };
}

describe("a report as a page", () => {
  it("is made from a report that fits the schema", () => {
    expect(Report.parse(sampleReport)).toEqual(sampleReport);
  });

  it("shows the site, its score, every problem with its fix, and what was not looked at", () => {
    const page = renderReportHtml(sampleReport);
    expect(page).toMatch(/<h1><a [^>]*href="https:\/\/shop\.example\/"[^>]*>shop\.example<\/a><\/h1>/);
    expect(page).toContain('aria-label="Overall score: 78"');
    for (const { rule } of sampleReport.rules) expect(page).toContain(rule.title);
    expect(page).toContain("Give every page a title of its own");
    expect(page).toContain("312 more addresses were found");
  });

  it("speaks Spanish when the report does", () => {
    const page = renderReportHtml({ ...sampleReport, language: "es" });
    expect(page).toContain('<html lang="es">');
    expect(page).toContain("Corrige esto primero");
    expect(page).toContain("31 de 96 páginas");
    expect(page).not.toContain("Fix these first");
  });

  it("puts no text of a site into the markup", () => {
    const page = renderReportHtml(reportFrom(hostile, `https://shop.example/${hostile}`));
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<img");
    expect(page).toContain("&quot;&gt;&lt;script&gt;");
  });

  it.each([
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<b>x",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example",
    "not an address",
  ])("does not link to %j", (address) => {
    const targets = [...renderReportHtml(reportFrom("text", address)).matchAll(/href="([^"]*)"/g)].map(([, target]) => target);
    expect(targets.filter((target) => !target?.startsWith("#") && !target?.startsWith("data:image/svg+xml,"))).toEqual([]);
  });

  it("gives pages it links to neither a referrer nor a handle on itself", () => {
    const links = renderReportHtml(sampleReport).match(/<a [^>]*href="http[^>]*>/g) ?? [];
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !link.includes('rel="noopener noreferrer"'))).toEqual([]);
  });

  it("needs nothing that a strict policy forbids: no script, no handler, no style attribute, nothing from elsewhere", () => {
    expect(renderReportHtml(sampleReport)).not.toMatch(/<script|\son\w+=|\sstyle=|<link [^>]*href="(?!data:)|\ssrc=|url\(|@import/i);
  });

  it("says what went wrong first when the audit did not complete", () => {
    const { scores: _, ...audit } = sampleReport.audit;
    const page = renderReportHtml({
      ...sampleReport,
      audit: { ...audit, scores: null, status: "failed", error: { code: "host_unreachable", message: "shop.example did not answer." } },
    });
    expect(page.indexOf("shop.example did not answer.")).toBeLessThan(page.indexOf('id="first"'));
    expect(page).toContain('aria-label="Overall score: No score"');
    expect(page).not.toContain('id="scores"');
  });

  it("calls a site without findings clean only when it was judged", () => {
    const clean = { ...sampleReport, rules: [] };
    expect(renderReportHtml(clean)).toContain("Nothing to fix");
    expect(renderReportHtml({ ...clean, audit: { ...clean.audit, scores: null, status: "cancelled" } })).not.toContain("Nothing to fix");
  });
});
