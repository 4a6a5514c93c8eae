import fc from "fast-check";
import { Parser } from "htmlparser2";
import { describe, expect, it } from "vitest";
import { listRules, renderReportJunit } from "../../../../../shared/audits/index.ts";
import type { Report } from "../../../../../shared/audits/report/schemas.ts";
import { hostileReport, hostileText } from "../../../../helpers/hostile-report.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** The one element of a document, read by a parser that is not ours; throws for one whose tags do not match. */
function readXml(document: string): Element {
  const top: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const element = { name, attributes, children: [], text: "" };
        open.at(-1)?.children.push(element);
        open.push(element);
      },
      ontext(text) {
        const element = open.at(-1);
        if (element !== undefined) element.text += text;
      },
      onclosetag(name, isImplied) {
        const isEmpty = open.at(-1)?.children.length === 0 && open.at(-1)?.text === "";
        if (isImplied && !isEmpty) throw new Error(`${name} is never closed`);
        if (open.pop()?.name !== name) throw new Error(`${name} is closed, but something else is open`);
      },
    },
    { xmlMode: true },
  );
  parser.end(document);
  const [element] = top.children;
  if (element === undefined || top.children.length !== 1) throw new Error("there must be one element");
  return element;
}

const read = (report: Report): Element => readXml(renderReportJunit(report));
const casesOf = (root: Element): Element[] => root.children.flatMap(({ children }) => children);
const caseOf = (root: Element, rule: string): Element | undefined => casesOf(root).find(({ attributes }) => attributes.name?.startsWith(`${rule}:`));

describe("a report as JUnit XML", () => {
  it("has a suite for each category and a test for each rule", () => {
    const root = read(sampleReport);
    expect(root).toMatchObject({ name: "testsuites", attributes: { name: "Mentha: https://shop.example/", time: "47.3" } });
    expect(root.children.map(({ name, attributes }) => [name, attributes.name, attributes.timestamp]).slice(0, 2)).toEqual([
      ["testsuite", "Indexability", "2026-11-22T09:30:00"],
      ["testsuite", "Content", "2026-11-22T09:30:00"],
    ]);
    expect(casesOf(root)).toHaveLength(sampleReport.rules.length + sampleReport.passed.length + sampleReport.notChecked.length);
    expect(caseOf(root, "viewport-missing")).toMatchObject({ attributes: { classname: "mentha.mobile", name: "viewport-missing: Pages without a viewport" } });
  });

  it("counts what is in it", () => {
    const root = read(sampleReport);
    const counts = { tests: "15", failures: "3", errors: "0", skipped: "2" };
    expect(root.attributes).toMatchObject(counts);
    for (const suite of root.children) {
      const holding = (name: string): string => String(suite.children.filter(({ children }) => children.some((child) => child.name === name)).length);
      expect(suite.attributes).toMatchObject({
        tests: String(suite.children.length),
        failures: holding("failure"),
        errors: holding("error"),
        skipped: holding("skipped"),
      });
    }
  });

  it.each([
    { rule: "broken-internal-link", outcome: "fails for errors", inside: "failure" },
    { rule: "image-alt-missing", outcome: "passes with warnings, and shows them", inside: "system-out" },
    { rule: "h1-multiple", outcome: "passes with info, and shows it", inside: "system-out" },
    { rule: "hreflang-relative", outcome: "is skipped when there was nothing to check", inside: "skipped" },
    { rule: "mixed-content", outcome: "passes", inside: undefined },
  ])("$rule $outcome", ({ rule, inside }) => {
    expect(caseOf(read(sampleReport), rule)?.children.map(({ name }) => name)).toEqual(inside === undefined ? [] : [inside]);
  });

  it("says where a failure is, how much more there is, and what to do", () => {
    const [failure] = caseOf(read(sampleReport), "broken-internal-link")?.children ?? [];
    expect(failure?.attributes).toEqual({ message: "Error: 31 of 96 pages", type: "error" });
    expect(failure?.text).toContain(
      "https://shop.example/about: This page links to 2 addresses that answer with an error.\n    https://shop.example/collections/summer-2021",
    );
    expect(failure?.text).toMatch(/\nand 27 more\n\nHow to fix it: Point each link at .*$/);
  });

  it.each([
    { status: "failed" as const, error: { code: "x", message: "Nothing answered." }, message: "Nothing answered." },
    { status: "cancelled" as const, message: "The audit has not completed, so these results are not the whole picture." },
    { status: "running" as const, message: "The audit has not completed, so these results are not the whole picture." },
  ])("is no success while the audit is $status", ({ message, ...state }) => {
    const root = read({ ...sampleReport, audit: { ...sampleReport.audit, ...state, scores: null }, rules: [], passed: [] });
    expect(root.attributes).toMatchObject({ failures: "0", errors: "1" });
    expect(caseOf(root, "audit")?.children).toMatchObject([{ name: "error", attributes: { message, type: state.status } }]);
  });

  it("stays below what the API promises, whatever a site has", () => {
    const [reported] = sampleReport.rules;
    const [finding] = reported?.findings ?? [];
    if (reported === undefined || finding === undefined) throw new Error("the sample has no finding");
    const evidence = Array.from({ length: 5 }, (_, i) => `${i}${'"'.repeat(2_099)}`);
    const worst = { ...finding, pageUrl: `https://shop.example/${"&".repeat(4_000)}`, message: '"'.repeat(2_000), evidence };
    const rules = listRules("en").map((rule) => ({ ...reported, rule, severity: "error" as const, findings: Array.from({ length: 20 }, () => worst) }));
    expect(renderReportJunit({ ...sampleReport, rules, passed: [], notChecked: [] }).length).toBeLessThan(50_000_000);
  });

  it("stays XML 1.0 with the same tests, whatever was fetched", () => {
    const harmless = casesOf(read(hostileReport("x")));
    fc.assert(
      fc.property(hostileText, (text) => {
        const document = renderReportJunit(hostileReport(text));
        expect(document).not.toMatch(/[^\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
        expect(document).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/);
        const cases = casesOf(readXml(document));
        expect(cases.map(({ attributes }) => attributes)).toEqual(harmless.map(({ attributes }) => attributes));
        expect(cases.map(({ children }) => children.map(({ name, children: none }) => [name, none.length]))).toEqual(
          harmless.map(({ children }) => children.map(({ name, children: none }) => [name, none.length])),
        );
      }),
    );
  });
});
