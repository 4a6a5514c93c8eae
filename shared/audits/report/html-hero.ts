import { type Html, html } from "../../platform/index.ts";
import { categories, severities } from "../rules/rule.ts";
import { bar, severityMark, tick } from "./html-parts.ts";
import { pageLink } from "./html-template.ts";
import { toneOf } from "./tone.ts";
import type { View } from "./view.ts";
import { wasChecked } from "./was-checked.ts";

/** The head of a report: what was audited, how well it did, and how much there is to do. */
export function hero(view: View): Html {
  const { report, text, numbers } = view;
  const { audit } = report;
  const took = audit.startedAt !== null && audit.finishedAt !== null ? text.took(numbers.duration(audit.finishedAt - audit.startedAt)) : null;
  const at = audit.finishedAt ?? report.generatedAt;
  return html`<header class="top"><div class="wide">
<p class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M20.5 3.5C11 3 4 7.5 4 14.2c0 1.7.5 3.2 1.4 4.4L3.3 20.7l1.4 1.4 2.2-2.2c1.2.7 2.6 1.1 4.1 1.1 6.5 0 10-7 9.5-17.5zM8.3 18.5l7.2-7.2-1.4-1.4-7.2 7.2A5 5 0 0 1 6 14.2c0-5 5-8.4 12.5-8.7-.1 8-2.9 13.5-7.5 13.5-1 0-1.9-.2-2.7-.5z"/></svg><b>Mentha</b><span>${text.title}</span><time datetime="${new Date(at).toISOString()}">${numbers.dateTime(at)}</time></p>
<div class="hero">
${ring(view)}
<div>
<h1>${pageLink(audit.url, displayed(audit.url))}</h1>
<p class="facts">${[text.status[audit.status], text.pages(report.pages.total), took].filter((fact) => fact !== null).join(" · ")}</p>
${audit.status !== "failed" && tiles(view)}
</div>
</div>
</div></header>`;
}

function tiles({ report, text, numbers }: View): Html {
  const found = severities.map((severity) => {
    const n = report.audit.counts[severity];
    return html`<li class="${severity}"><b>${numbers.count(n)}</b><span>${severityMark(severity)}${text.severities(severity, n)}</span></li>`;
  });
  const passed = report.passed.length;
  return html`<ul class="tiles">${found}<li><b>${numbers.count(passed)}</b><span>${tick}${text.checksPassed(passed)}</span></li></ul>`;
}

/** An address without what every address has. */
const displayed = (address: string): string => address.replace(/^https?:\/\//, "").replace(/\/$/, "");

function ring({ report, text }: View): Html {
  const score = report.audit.scores?.overall ?? null;
  const tone = toneOf(score);
  const label = `${text.overall}: ${score ?? text.tone.none}`;
  // At 0 the round cap draws a dot, which is what shows that it was measured.
  const arc = score !== null && html`<circle class="arc ${tone}" cx="60" cy="60" r="53" pathLength="100" stroke-dasharray="${score} 100"/>`;
  return html`<figure class="ring"><svg viewBox="0 0 120 120" role="img" aria-label="${label}"><circle cx="60" cy="60" r="53"/>${arc}<text class="${tone}" x="60" y="61" aria-hidden="true">${score ?? "–"}</text></svg>
<figcaption><b>${text.tone[tone]}</b>${text.overall}</figcaption></figure>`;
}

/** Why there is less here than a reader expects, when the audit did not complete; of one that failed, this is all there is to say. */
export function banner({ report, text }: View): Html | null {
  const { status, error } = report.audit;
  if (status === "completed") return null;
  const says =
    status === "failed" && error !== undefined
      ? html`<strong>${error.message}</strong> ${text.afterFailure}`
      : html`${report.notes[0] ?? ""}${error !== undefined && html` <strong>${error.message}</strong>`}`;
  return html`<div class="wide"><p class="banner ${status}" role="status">${says}</p></div>`;
}

/** A bar for every category that was judged. */
export function scores({ report, text }: View): Html | null {
  const all = report.audit.scores;
  if (all === null) return null;
  const rows = categories.flatMap((category) => {
    const score = all[category];
    if (score === undefined) return [];
    const advice = category === "ai-content" && html`<small>${text.advisory}</small>`;
    const shown =
      score === null
        ? html`<span class="lead">${wasChecked(report, category) ? text.infoOnly : text.notScored}</span>`
        : html`${bar(score, toneOf(score))}<b class="${toneOf(score)}">${score}</b>`;
    return [html`<li><span>${text.category[category]}</span>${shown}${advice}</li>`];
  });
  return html`<section aria-labelledby="scores"><h2 id="scores">${text.scores}</h2><ul class="scores">${rows}</ul></section>`;
}
