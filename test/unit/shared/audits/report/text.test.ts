import { describe, expect, it } from "vitest";
import type { Report } from "../../../../../shared/audits/report/schemas.ts";
import { renderReportText } from "../../../../../shared/audits/report/text.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

const plain = (report: Report, width = 80): string => renderReportText(report, { width, color: false });
const esc = "\u001b";

describe("a report for a terminal", () => {
  it("begins with the site, what was done and the score", () => {
    expect(plain(sampleReport).split("\n").slice(1, 5)).toEqual([
      "  https://shop.example/",
      "  Completed · 112 pages · in 47.3 sec",
      "",
      expect.stringMatching(/^ {3}78 {2}█{31}▎·{8} {2}Needs work$/),
    ]);
  });

  it("shows the worst problem first, with how many pages, examples, how many more, and the fix", () => {
    const text = plain(sampleReport);
    const problem = text.slice(text.indexOf("Fix these first"), text.indexOf("Pages without a title"));
    expect(problem).toContain("▲ Links to pages that do not answer  31 of 96 pages");
    expect(problem).toContain("      shop.example\n      /collections/autumn\n");
    expect(problem).toContain("and 28 more");
    expect(problem).toContain("→ Point each link at the page that replaced the missing one");
  });

  it("ends with totals and what was not looked at", () => {
    const text = plain(sampleReport);
    expect(text).toContain("▲ 34 errors   ■ 86 warnings   ● 9 info");
    expect(text).toContain("Passed: 6 · Not checked: 2");
    expect(text).toContain("312 more addresses");
  });

  it("has colours only when asked", () => {
    expect(plain(sampleReport)).not.toContain(esc);
    expect(renderReportText(sampleReport, { width: 80, color: true })).toContain(`${esc}[31m`);
  });

  it("is the same text with and without colours", () => {
    const colours = new RegExp(`${esc}\\[\\d+m`, "g");
    expect(renderReportText(sampleReport, { width: 80, color: true }).replace(colours, "")).toBe(plain(sampleReport));
  });

  it.each([40, 60, 80, 100])("keeps every line within %i columns", (width) => {
    const lines = plain({ ...sampleReport, notes: ["word ".repeat(60)] }, width).split("\n");
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  it("lets a site do nothing to the terminal", () => {
    const attack = `${esc}]0;owned\u0007${esc}[2J\r\n\u009b31m\u202egnp.exe`;
    const [first, ...rest] = sampleReport.rules;
    if (first === undefined) throw new Error("The sample has rules.");
    const findings = first.findings.map((finding) => ({ ...finding, pageUrl: null, message: attack }));
    const audit = { ...sampleReport.audit, url: `https://shop.example/${attack}`, error: { code: "x", message: attack } };
    const text = plain({ ...sampleReport, audit, rules: [{ ...first, findings }, ...rest], notes: [attack] });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text).toContain("]0;owned");
  });

  it("shows a score of 0 as a red number and a red stub", () => {
    const audit = { ...sampleReport.audit, scores: { overall: 0, links: 0 } };
    const [overall, , links] = renderReportText({ ...sampleReport, audit }, { width: 80, color: true })
      .split("\n")
      .slice(4, 7);
    expect(overall).toContain(`${esc}[31m  0${esc}[0m`);
    expect(overall).toContain(`${esc}[31m▏${esc}[0m`);
    expect(links).toMatch(new RegExp(`Links {2}${esc}\\[31m▏${esc}\\[0m.*${esc}\\[31m {2}0${esc}\\[0m$`));
  });

  it("lists a category of advice only without a score, and one with nothing to check not at all", () => {
    const text = plain({ ...sampleReport, audit: { ...sampleReport.audit, scores: { overall: 78, links: 46, content: null, urls: null } } });
    expect(text).toMatch(/^ {2}Content {2}Not scored: info only$/m);
    expect(text).not.toContain("URLs");
  });

  it("says so when there is nothing to fix", () => {
    expect(plain({ ...sampleReport, rules: [] })).toContain("Nothing to fix");
  });

  it("gives only the reason and what to do when the audit failed", () => {
    const audit = {
      ...sampleReport.audit,
      status: "failed" as const,
      scores: null,
      error: { code: "host_unreachable", message: "shop.example did not answer." },
    };
    const text = plain({ ...sampleReport, audit });
    expect(text).toContain("Failed");
    expect(text).toContain("shop.example did not answer. Once this is solved, start the audit again.");
    expect(text).toContain("No score");
    expect(text).not.toContain("█");
    expect(text).not.toContain("Fix these first");
  });

  it("speaks Spanish when the report does", () => {
    const text = plain({ ...sampleReport, language: "es" });
    expect(text).toContain("Corrige esto primero");
    expect(text).toContain("34 errores");
  });
});
