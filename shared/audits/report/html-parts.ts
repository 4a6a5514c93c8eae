import { type Html, html } from "../../platform/index.ts";
import type { Severity } from "../rules/rule.ts";
import { followable, pageLink } from "./html-template.ts";
import { nameOfPage } from "./page-name.ts";
import type { Tone } from "./tone.ts";
import type { View } from "./view.ts";

/** A shape for each severity, so that nothing depends on telling colours apart. */
export function severityMark(severity: Severity): Html {
  const shapes = {
    error: html`<path d="M5 .6 9.8 9.4H.2z"/>`,
    warning: html`<rect x=".8" y=".8" width="8.4" height="8.4" rx="1.5"/>`,
    info: html`<circle cx="5" cy="5" r="4.4"/>`,
  };
  return html`<svg class="mark ${severity}" viewBox="0 0 10 10" aria-hidden="true">${shapes[severity]}</svg>`;
}

/** The sign before a check that found nothing wrong. */
export const tick = html`<svg class="tick" viewBox="0 0 16 16" aria-hidden="true"><path d="m3 8.5 3.2 3.2L13 4.8"/></svg>`;

/** How much of a bar shows at least: nothing at all would read as "not measured". */
const leastShown = 4;

/** A decorative bar; the number always stands beside it as text. Widths are attributes, which a strict policy allows. */
export function bar(percent: number, tone: Tone): Html {
  const width = `${Math.max(leastShown, Math.min(100, percent)).toFixed(1)}%`;
  return html`<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%"/><rect class="${tone}" width="${width}" height="100%" rx="4"/></svg>`;
}

/** A link to a crawled page, named as briefly as the site allows. */
export const siteLink = ({ report }: View, address: string): Html => pageLink(address, nameOfPage(address, report.audit.url));

/** Evidence that is an address can be followed; anything else is shown as it was seen. */
export const proof = (evidence: string): Html => (followable(evidence) === null ? html`<code>${evidence}</code>` : pageLink(evidence));
