import { type Html, html, trusted } from "../../platform/index.ts";
import { allFindings, fixFirst } from "./html-findings.ts";
import { banner, hero, scores } from "./html-hero.ts";
import { checks, notes, pages } from "./html-pages.ts";
import { style } from "./html-style.ts";
import type { Report } from "./schemas.ts";
import { type View, viewOf } from "./view.ts";

/**
 * What the document may do, wherever it is opened: show its own styles and its own icon, and nothing else.
 * An answer that carries the document should say the same in its `Content-Security-Policy` header.
 */
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

// A leaf in Mentha's green; a data address, so that opening the report asks no server for an icon.
const icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%230f9d76'/%3E%3C/svg%3E";

/** A report as one document that needs nothing else: no script, no request, light and dark, on a phone and on paper. */
export function renderReportHtml(report: Report): string {
  const view = viewOf(report);
  // What a failed audit saw on its way is no picture of the site: only the reason helps.
  const hasFailed = report.audit.status === "failed";
  const { text, numbers } = view;
  return html`<!doctype html>
<html lang="${report.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${reportPolicy}">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${text.title}: ${report.audit.url}</title>
<link rel="icon" href="${icon}">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#report">${text.skip}</a>
${hero(view)}
${!hasFailed && contents(view)}
<main id="report">
${banner(view)}
${!hasFailed && html`<div class="wide">${parts.map((part) => part(view))}</div>`}
</main>
<footer><div class="wide"><span>${text.madeBy(report.mentha, numbers.dateTime(report.generatedAt))}</span><code>${report.audit.id}</code></div></footer>
</body>
</html>
`.toString();
}

const parts = [scores, fixFirst, allFindings, pages, checks, notes];

function contents({ report, text, numbers }: View): Html {
  const findings = report.rules.reduce((sum, { findingsTotal }) => sum + findingsTotal, 0);
  const entries = [
    report.audit.scores !== null && html`<a href="#scores">${text.scores}</a>`,
    (findings > 0 || report.audit.scores !== null) && html`<a href="#first">${text.fixFirst}</a>`,
    findings > 0 && html`<a href="#findings">${text.findingsHeading} <small>${numbers.count(findings)}</small></a>`,
    report.pages.total > 0 && html`<a href="#pages">${text.pagesHeading} <small>${numbers.count(report.pages.total)}</small></a>`,
    html`<a href="#checks">${text.passed}</a>`,
    html`<a href="#notes">${text.limits}</a>`,
  ];
  return html`<nav class="contents" aria-label="${text.contents}"><ul class="wide">${entries.map((entry) => entry !== false && html`<li>${entry}</li>`)}</ul></nav>`;
}
