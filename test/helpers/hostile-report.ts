import fc from "fast-check";
import type { Report } from "../../shared/audits/report/schemas.ts";
import { sampleReport } from "./sample-report.ts";

const pieces = [
  ...Array.from("`|\\[]<>*_&#$~-+=@!()'\";,{} \n\r\t\u0000\u007f\u2028\u202e\ud800\uffff"),
  "``",
  "```",
  "\\|",
  "](http://evil.example)",
  "![x](http://evil.example/x.png)",
  "<img src=x onerror=alert(1)>",
  "</failure></testcase>",
  "]]>",
  "<!--",
  "&#64;team",
  "@team",
  "#12",
  "GH-1",
  "http://evil.example",
  "www.evil.example",
  "\r\n\r\n# x",
  "1. ",
  "=cmd|' /C calc'!A0",
  ";=1+1",
  "{0}",
  "é",
  "日本",
  "😀",
];

/** What a hostile site may say of itself: pieces of every language that a report is written in. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4, unit: "binary" })), { maxLength: 12 })
  .map((parts) => `x${parts.join("")}x`);

/** A report with `text` wherever fetched text may stand. */
export function hostileReport(text: string): Report {
  const address = new URL(`https://shop.example/a${text.replaceAll("?", "")}?b=${text}`).href;
  const rules = sampleReport.rules.slice(0, 2).map((reported) => ({
    ...reported,
    findings: reported.findings
      .slice(0, 2)
      .map((finding, i) => ({ ...finding, pageUrl: i === 0 ? address : null, message: text, evidence: [text], evidenceTotal: 1 })),
  }));
  const audit: Report["audit"] = { ...sampleReport.audit, status: "cancelled", error: { code: "x", message: text } };
  return { ...sampleReport, audit, rules, notes: [text] };
}
