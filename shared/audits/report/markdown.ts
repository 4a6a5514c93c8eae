import { categories, severities } from "../rules/rule.ts";
import type { Finding } from "../schemas.ts";
import { clip } from "./ansi.ts";
import { exportWords } from "./export-words.ts";
import { code, link, prose } from "./markdown-text.ts";
import { nameOfPage } from "./page-name.ts";
import type { Report, ReportedRule } from "./schemas.ts";
import { toneOf } from "./tone.ts";
import { reachOf, type View, viewOf } from "./view.ts";
import { wasChecked } from "./was-checked.ts";

/** The longest comment that GitHub takes. */
const markdownCharacters = 65_536;

const pagesShown = 5;
const evidenceShown = 3;
const nameCharacters = 100;
const noteCharacters = 300;

/**
 * A report in Markdown (CommonMark with GFM's tables), for comments, summaries of builds and chats: the scores, the findings by rule,
 * worst first, and what was not looked at. When there is no room for all rules it ends between two of them, and says so.
 */
export function renderReportMarkdown(report: Report): string {
  const view = viewOf(report);
  const { text, numbers } = view;
  const made = `${text.madeBy(report.mentha, numbers.dateTime(report.generatedAt))} · ${code(report.audit.id)}`;
  // What a failed audit saw on its way is no picture of the site: only the reason helps.
  if (report.audit.status === "failed") return document([head(view), made]);
  const start = [head(view), scores(view), ...(report.rules.length > 0 ? [`### ${text.findingsHeading}`] : [])];
  const end = [notes(view), made];
  return document([...start, ...fitting(view, document([...start, ...end]).length), ...end]);
}

const document = (blocks: readonly string[]): string => `${blocks.filter((block) => block !== "").join("\n\n")}\n`;

/** What is found, rule by rule, as long as there is room beside the `taken` characters. */
function fitting(view: View, taken: number): string[] {
  const { rules } = view.report;
  const blocks: string[] = [];
  const { cut } = exportWords[view.report.language];
  let left = markdownCharacters - taken - cut(rules.length).length - 2;
  for (const [i, reported] of rules.entries()) {
    const block = problem(view, reported);
    left -= block.length + 2;
    if (left < 0) return [...blocks, cut(rules.length - i)];
    blocks.push(block);
  }
  return blocks;
}

function head({ report, text, numbers }: View): string {
  const { audit, pages } = report;
  const score = audit.scores?.overall ?? null;
  const took = audit.startedAt !== null && audit.finishedAt !== null ? [text.took(numbers.duration(audit.finishedAt - audit.startedAt))] : [];
  const counts = severities.map((severity) => `${numbers.count(audit.counts[severity])} ${text.severities(severity, audit.counts[severity])}`);
  const reason = audit.error === undefined ? [] : [audit.error.message, ...(audit.status === "failed" ? [text.afterFailure] : [])];
  const blocks = [
    `## ${text.title}: ${link(audit.url, clip(nameOfPage(audit.url, audit.url), nameCharacters))}`,
    prose(reason.join(" ")),
    `**${score === null ? text.tone.none : `${score} / 100 · ${text.tone[toneOf(score)]}`}** · ${[text.status[audit.status], text.pages(pages.total), ...took].join(" · ")}`,
    audit.status === "failed" ? "" : `${counts.join(" · ")} · ${text.passed}: ${numbers.count(report.passed.length)}`,
    report.rules.length === 0 && audit.scores !== null ? text.nothingToFix : "",
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

function scores({ report, text }: View): string {
  const { category: heading, score: column } = exportWords[report.language];
  const rows = categories.flatMap((category) => {
    const score = report.audit.scores?.[category];
    if (score === undefined || (score === null && !wasChecked(report, category))) return [];
    return [`| ${text.category[category]} | ${score ?? text.infoOnly} |`];
  });
  return rows.length === 0 ? "" : [`| ${heading} | ${column} |`, "| :-- | --: |", ...rows].join("\n");
}

function problem(view: View, reported: ReportedRule): string {
  const { text } = view;
  const { rule, severity, findings, findingsTotal } = reported;
  const shown = findings.slice(0, pagesShown);
  const rest = findingsTotal - shown.length;
  return [
    `#### ${text.severity[severity]}: ${prose(rule.title)}`,
    `${reachOf(view, reported)} · ${text.category[rule.category]} · ${code(rule.id)}`,
    [...shown.map((finding) => item(view, finding)), ...(rest > 0 ? [`- ${text.more(rest)}`] : [])].join("\n"),
    ...(rule.fix === "" ? [] : [`**${text.fix}:** ${prose(rule.fix)}`]),
  ].join("\n\n");
}

/** One line for one finding. Everything fetched in it is code, or prose that calls nobody. */
function item({ report, text }: View, { pageUrl, message, evidence, evidenceTotal }: Finding): string {
  const page = pageUrl === null ? text.wholeSite : link(pageUrl, clip(nameOfPage(pageUrl, report.audit.url), nameCharacters));
  const seen = evidence.filter((one) => one !== pageUrl).slice(0, evidenceShown);
  const rest = evidenceTotal - seen.length;
  const proof = [...seen.map((one) => code(clip(one, nameCharacters))), ...(seen.length > 0 && rest > 0 ? [text.more(rest)] : [])];
  return `- ${page}: ${prose(message)}${proof.length > 0 ? ` ${proof.join(", ")}` : ""}`;
}

const notes = ({ report, text }: View): string =>
  [`### ${text.notes}`, report.notes.map((note) => `- ${prose(clip(note, noteCharacters))}`).join("\n")].join("\n\n");
