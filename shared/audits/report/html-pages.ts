import { type Html, html } from "../../platform/index.ts";
import { slowTtfbMs } from "../facts/page-facts.ts";
import { bar, siteLink, tick } from "./html-parts.ts";
import type { Report } from "./schemas.ts";
import type { Tone } from "./tone.ts";
import type { View } from "./view.ts";

/** What the pages answered, and which took longest. */
export function pages(view: View): Html | null {
  const { report, text, numbers } = view;
  const { total, byStatus, redirects, failed } = report.pages;
  if (total === 0) return null;
  const share = (n: number): number => (100 * n) / total;
  const row = (name: string, n: number, tone: Tone): Html =>
    html`<tr><th scope="row">${name}</th><td class="chart">${bar(share(n), tone)}</td><td>${numbers.count(n)}</td></tr>`;
  return html`<section aria-labelledby="pages"><h2 id="pages">${text.pagesHeading}</h2><p class="lead">${[
    text.pages(total),
    `${text.redirects}: ${numbers.count(redirects)}`,
    `${text.failed}: ${numbers.count(failed)}`,
  ].join(" · ")}</p>
<div class="pages">
<div class="box"><h3>${text.byStatus}</h3><table><thead class="hidden"><tr><th scope="col">${text.httpStatus}</th><td></td><th scope="col">${text.pagesHeading}</th></tr></thead><tbody>${byStatus.map(
    ({ status, count }) => row(status === null ? text.noAnswer : String(status), count, toneOfStatus(status)),
  )}</tbody></table></div>
${report.slowest.length > 0 && html`<div class="box"><h3>${text.slowest}</h3><ol class="slow">${slowest(view)}</ol></div>`}
</div></section>`;
}

function toneOfStatus(status: number | null): Tone {
  if (status === null || status >= 400) return "poor";
  return status >= 300 ? "none" : "good";
}

function slowest(view: View): Html[] {
  const { report, text, numbers } = view;
  const longestMs = Math.max(1, ...report.slowest.map(({ totalMs }) => totalMs));
  return report.slowest.map(
    ({ url, status, ttfbMs, totalMs, bytes }) => html`<li>${siteLink(view, url)}${bar((100 * totalMs) / longestMs, ttfbMs > slowTtfbMs ? "fair" : "good")}
<p>${[
      `${text.total} ${numbers.duration(totalMs)}`,
      `${text.firstByte} ${numbers.duration(ttfbMs)}`,
      `${text.size} ${numbers.size(bytes)}`,
      `${text.httpStatus} ${status ?? text.noAnswer}`,
    ]
      // A line may break between these, not between a number and its unit.
      .map((part) => part.replaceAll(" ", "\u00a0"))
      .join(" · ")}</p></li>`,
  );
}

/** What was fine and what could not be judged, folded: good to know, not to do. */
export function checks(view: View): Html {
  const { report, text } = view;
  const dash = html`<svg class="tick unseen" viewBox="0 0 16 16" aria-hidden="true"><path d="M4 8h8"/></svg>`;
  return html`<section aria-labelledby="checks"><h2 id="checks">${text.passed} · ${text.notChecked}</h2><div class="list">
${group(view, text.passed, text.passedLead, report.passed, tick)}
${group(view, text.notChecked, text.notCheckedLead, report.notChecked, dash)}
</div></section>`;
}

function group({ text }: View, title: string, lead: string, rules: Report["passed"], icon: Html): Html {
  return html`<details><summary>${icon}<h3>${title}</h3><span class="much">${text.rules(rules.length)}</span></summary>
<p class="inset">${lead}</p><ul class="checks">${rules.map(({ title: name }) => html`<li>${icon}<span>${name}</span></li>`)}</ul></details>`;
}

/** What a clean report must not be taken to say. */
export function notes({ report, text }: View): Html {
  return html`<section aria-labelledby="notes"><h2 id="notes">${text.notes}</h2><ul class="notes">${report.notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}
