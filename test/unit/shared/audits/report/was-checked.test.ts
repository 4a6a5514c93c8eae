import { describe, expect, it } from "vitest";
import { wasChecked } from "../../../../../shared/audits/report/was-checked.ts";
import { sampleReport } from "../../../../helpers/sample-report.ts";

const failed = sampleReport.rules.filter(({ rule }) => rule.category === "links" || rule.category === "content");
const passed = sampleReport.passed.filter(({ category }) => category === "mobile" || category === "sitemaps");

describe("a category", () => {
  it.each([
    { category: "links", because: "one of its rules found something", checked: true },
    { category: "mobile", because: "one of its rules found nothing wrong", checked: true },
    { category: "international", because: "none of its rules had anything to look at", checked: false },
    { category: "performance", because: "it has no rules in the report", checked: false },
  ] as const)("$category counts as checked: $checked, since $because", ({ category, checked }) => {
    expect(wasChecked({ ...sampleReport, rules: failed, passed }, category)).toBe(checked);
  });
});
