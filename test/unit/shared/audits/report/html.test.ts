import { describe, expect, it } from "vitest";
import { renderReportHtml } from "../../../../../shared/audits/report/html.ts";
import { Report, type ReportedRule } from "../../../../../shared/audits/report/schemas.ts";
import type { Finding } from "../../../../../shared/audits/schemas.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;

/** The sample report with every text that a site can choose replaced by `text`, and every address by `url`. */
function reportFrom(text: string, url: string): Report {
  return {
    ...sampleReport,
    audit: { ...sampleReport.audit, url, status: "cancelled", error: { code: "x", message: text } },
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

  it("gives of an audit that failed only the reason and what to do", () => {
    const { scores: _, ...audit } = sampleReport.audit;
    const page = renderReportHtml({
      ...sampleReport,
      audit: { ...audit, scores: null, status: "failed", error: { code: "host_unreachable", message: "shop.example did not answer." } },
    });
    expect(page).toMatch(/class="banner failed" role="status"><strong>shop\.example did not answer\.<\/strong> Once this is solved, start the audit again\./);
    expect(page).toContain('aria-label="Overall score: No score"');
    expect(page.match(/ id="[^"]+"/g)).toEqual([' id="report"']);
    for (const { rule } of sampleReport.rules) expect(page).not.toContain(rule.title);
  });

  it("says first why an audit that was cancelled shows less", () => {
    const page = renderReportHtml({ ...sampleReport, audit: { ...sampleReport.audit, status: "cancelled", scores: null } });
    expect(page.indexOf(sampleReport.notes[0] ?? "none")).toBeLessThan(page.indexOf('id="first"'));
    expect(page).not.toContain('id="scores"');
  });

  it("draws a score of 0 as a red number and a red stub", () => {
    const scores = { overall: 0, links: 0 };
    const page = renderReportHtml({ ...sampleReport, audit: { ...sampleReport.audit, scores } });
    expect(page).toMatch(/<circle class="arc poor" [^>]*stroke-dasharray="0 100"\/><text class="poor"[^>]*>0</);
    expect(page).toMatch(/<rect class="poor" width="4\.0%" [^>]*\/><\/svg><b class="poor">0<\/b>/);
  });

  it.each([
    { category: "content" as const, says: "Not scored: info only", because: "only advice was found" },
    { category: "mobile" as const, says: "Not scored: info only", because: "only advice was checked, and it passed" },
    { category: "urls" as const, says: "Nothing to check", because: "nothing was checked" },
  ])("says of a category without a score: $says, when $because", ({ category, says }) => {
    const page = renderReportHtml({ ...sampleReport, audit: { ...sampleReport.audit, scores: { overall: 78, [category]: null } } });
    expect(page.match(/<ul class="scores">.*?<\/ul>/s)?.[0]).toContain(says);
  });

  describe("of a rule that failed on several pages", () => {
    const [first] = sampleReport.rules;
    const pageWith = (changes: readonly Partial<Finding>[], more: Partial<ReportedRule> = {}): string => {
      const [finding] = first?.findings ?? [];
      if (first === undefined || finding === undefined) throw new Error("The sample has findings.");
      const findings = changes.map((change) => ({ ...finding, ...change }));
      return renderReportHtml({ ...sampleReport, rules: [{ ...first, findings, findingsTotal: findings.length, ...more }] });
    };
    const times = (page: string, text: string): number => page.split(text).length - 1;

    it("says once what is the same on all of them", () => {
      expect(times(pageWith([{ message: "Same here." }, { message: "Same here." }, { message: "Same here." }]), "Same here.")).toBe(1);
      const different = pageWith([{ message: "Same here." }, { message: "Same here." }, { message: "Not here." }]);
      expect([times(different, "Same here."), times(different, "Not here.")]).toEqual([2, 1]);
    });

    it("leaves out evidence that is the page itself", () => {
      const pageUrl = "https://shop.example/odd-one";
      const evidenceOf = (evidence: string[]) => pageWith([{ pageUrl, evidence, evidenceTotal: evidence.length }]).match(/<ul class="proof".*?<\/ul>/s)?.[0];
      expect(evidenceOf([pageUrl])).toBeUndefined();
      expect(evidenceOf([pageUrl, "an h1"])).toMatch(/^<ul class="proof" aria-label="Evidence"><li><code>an h1<\/code><\/li><\/ul>$/);
    });

    it("names the request that answers with all of them when it does not show all", () => {
      expect(pageWith([{}, {}])).not.toContain("all of them");
      expect(pageWith([{}, {}], { findingsTotal: 1_151 })).toContain(
        `and 1,149 more · all of them: <code>GET /api/v1/audits/${sampleReport.audit.id}/findings?rule=broken-internal-link</code>`,
      );
    });
  });

  it("calls a site without findings clean only when it was judged", () => {
    const clean = { ...sampleReport, rules: [] };
    expect(renderReportHtml(clean)).toContain("Nothing to fix");
    expect(renderReportHtml({ ...clean, audit: { ...clean.audit, scores: null, status: "cancelled" } })).not.toContain("Nothing to fix");
  });
});
