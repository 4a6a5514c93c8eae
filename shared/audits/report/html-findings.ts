import { type Html, html } from "../../platform/index.ts";
import { categories } from "../rules/rule.ts";
import type { Finding } from "../schemas.ts";
import { proof, severityMark, siteLink } from "./html-parts.ts";
import { pageLink } from "./html-template.ts";
import type { ReportedRule } from "./schemas.ts";
import { reachOf, type View } from "./view.ts";

const firstProblems = 5;
const examplesShown = 3;

/** The few problems that do the most harm, each with what to do. Severity info is advice, so it comes in only when there is nothing worse. */
export function fixFirst(view: View): Html | null {
  const { report, text } = view;
  const harmful = report.rules.filter(({ severity }) => severity !== "info");
  const first = (harmful.length > 0 ? harmful : report.rules).slice(0, firstProblems);
  if (first.length === 0) {
    if (report.audit.scores === null) return null; // nothing was judged, which is not the same as nothing to fix
    return html`<section aria-labelledby="first"><h2 id="first">${text.fixFirst}</h2><p class="lead">${text.nothingToFix}</p></section>`;
  }
  return html`<section aria-labelledby="first"><h2 id="first">${text.fixFirst}</h2><p class="lead">${text.fixFirstLead}</p>
<ol class="first">${first.map((reported) => card(view, reported))}</ol></section>`;
}

function card(view: View, reported: ReportedRule): Html {
  const { text } = view;
  const { rule, severity, findings } = reported;
  const addresses = findings.flatMap(({ pageUrl }) => (pageUrl === null ? [] : [pageUrl])).slice(0, examplesShown);
  const rest = reported.findingsTotal - addresses.length;
  const ofTheSite = findings.find(({ pageUrl }) => pageUrl === null);
  return html`<li><h3>${rule.title}</h3>
<p class="tags"><span class="tag ${severity}">${severityMark(severity)}${text.severity[severity]}</span><span>${reachOf(view, reported)} · ${text.category[rule.category]}</span></p>
${ofTheSite !== undefined && html`<p class="says">${ofTheSite.message}</p>`}
${advice(view, reported, "h4")}
${
  addresses.length > 0 &&
  html`<div class="examples"><h4 class="label">${text.examples}</h4><ul>${addresses.map((address) => html`<li>${siteLink(view, address)}</li>`)}</ul>${rest > 0 && html`<p class="rest">${text.more(rest)}</p>`}</div>`
}</li>`;
}

function advice({ text }: View, { rule }: ReportedRule, heading: "h4" | "h5"): Html {
  const titled = (title: string) => (heading === "h4" ? html`<h4>${title}</h4>` : html`<h5>${title}</h5>`);
  return html`<div class="advice">${rule.why !== "" && html`<div>${titled(text.why)}<p>${rule.why}</p></div>`}${rule.fix !== "" && html`<div class="fix">${titled(text.fix)}<p>${rule.fix}</p></div>`}</div>`;
}

/** Every rule with findings, by category, each folded with the findings and evidence that the report holds. */
export function allFindings(view: View): Html | null {
  const { report, text } = view;
  if (report.rules.length === 0) return null;
  const byCategory = Map.groupBy(report.rules, ({ rule }) => rule.category);
  const blocks = categories.flatMap((category) => {
    const reported = byCategory.get(category);
    if (reported === undefined) return [];
    const score = report.audit.scores?.[category] ?? null;
    return [
      html`<div class="category"><h3>${text.category[category]}${score !== null && html`<span>${score} / 100</span>`}</h3><div class="list">${reported.map((one) => folded(view, one))}</div></div>`,
    ];
  });
  return html`<section aria-labelledby="findings"><h2 id="findings">${text.findingsHeading}</h2>${blocks}</section>`;
}

function folded(view: View, reported: ReportedRule): Html {
  const { text, numbers } = view;
  const { rule, severity, findings, findingsTotal } = reported;
  const rest = findingsTotal - findings.length;
  const saying = commonMessage(findings);
  const sources = rule.sources.map(({ url, checked }, i) => html`${i > 0 && "; "}${pageLink(url)} (${text.checkedOn(checked)})`);
  return html`<details><summary>${severityMark(severity)}<span class="hidden">${text.severity[severity]}: </span><h4>${rule.title}</h4><span class="much">${reachOf(view, reported)}</span></summary>
<div class="inside">${advice(view, reported, "h5")}
${saying !== null && html`<p class="says">${saying}</p>`}
<ul class="found" aria-label="${text.findings(findingsTotal)}">${findings.map((finding) => one(view, finding, finding.message !== saying))}</ul>
${rest > 0 && html`<p class="rest">${text.more(rest)} · ${text.allOfThem} <code>GET /api/v1/audits/${view.report.audit.id}/findings?rule=${rule.id}</code></p>`}
<p class="sources">${sources.length > 0 && html`${text.sources}: ${sources} · `}<code>${rule.id}</code> v${numbers.count(rule.version)}</p>
</div></details>`;
}

/** What every one of several findings says alike, so that it is said once; else null. */
function commonMessage(findings: readonly Finding[]): string | null {
  const [first, ...others] = findings;
  return first !== undefined && others.length > 0 && others.every(({ message }) => message === first.message) ? first.message : null;
}

function one(view: View, { pageUrl, message, evidence, evidenceTotal }: Finding, withMessage: boolean): Html {
  const { text } = view;
  const rest = evidenceTotal - evidence.length;
  const proofs = evidence.filter((item) => item !== pageUrl);
  return html`<li>${pageUrl === null ? html`<b>${text.wholeSite}</b>` : siteLink(view, pageUrl)}${withMessage && html`<p>${message}</p>`}${
    (proofs.length > 0 || rest > 0) &&
    html`<ul class="proof" aria-label="${text.evidence}">${proofs.map((item) => html`<li>${proof(item)}</li>`)}${rest > 0 && html`<li class="rest">${text.more(rest)}</li>`}</ul>`
  }</li>`;
}
