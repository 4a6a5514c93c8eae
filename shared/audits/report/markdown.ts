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
const messageCharacters = 500;

/**
 * A report in Markdown (CommonMark with GFM's tables), for comments, summaries of builds and chats: the scores, the findings by rule,
 * worst first, and what was not looked at. A rule that there is no room for is named in one line.
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

/**
 * What is found, rule by rule, in the room beside the `taken` characters. Every rule keeps the room for its one line, so that no site can hide
 * the others behind one that is long; only of more rules than there are would the last ones be counted instead.
 */
function fitting(view: View, taken: number): string[] {
  const { rules, language } = view.report;
  const { cut, named } = exportWords[language];
  const sizeOf = (block: string): number => block.length + "\n\n".length;
  const lines = rules.map((reported) => ({ reported, line: inOneLine(view, reported) }));
  let left = markdownCharacters - taken - sizeOf(cut(rules.length)) - sizeOf(named(rules.length));
  let reserved = lines.reduce((sum, { line }) => sum + sizeOf(line), 0);
  let namedOnly = 0;
  const blocks: string[] = [];
  for (const [i, { reported, line }] of lines.entries()) {
    reserved -= sizeOf(line);
    const whole = problem(view, reported);
    const isWhole = sizeOf(whole) <= left - reserved;
    const block = isWhole ? whole : line;
    if (sizeOf(block) > left) return [...blocks, named(namedOnly), cut(rules.length - i)];
    blocks.push(block);
    left -= sizeOf(block);
    if (!isWhole) namedOnly += 1;
  }
  return namedOnly === 0 ? blocks : [...blocks, named(namedOnly)];
}

/** Cut to `width` characters as a reader counts them, and to twice as many as a program does: one that is read can be thousands that are written. */
const clipped = (text: string, width: number): string => clip(text.length > 2 * width ? `${text.slice(0, 2 * width).toWellFormed()}…` : text, width);

function head({ report, text, numbers }: View): string {
  const { audit, pages } = report;
  const score = audit.scores?.overall ?? null;
  const took = audit.startedAt !== null && audit.finishedAt !== null ? [text.took(numbers.duration(audit.finishedAt - audit.startedAt))] : [];
  const counts = severities.map((severity) => `${numbers.count(audit.counts[severity])} ${text.severities(severity, audit.counts[severity])}`);
  const reason = audit.error === undefined ? [] : [audit.error.message, ...(audit.status === "failed" ? [text.afterFailure] : [])];
  const blocks = [
    `## ${text.title}: ${link(audit.url, clipped(nameOfPage(audit.url, audit.url), nameCharacters))}`,
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
  const { rule, findings, findingsTotal } = reported;
  const shown = findings.slice(0, pagesShown);
  const rest = findingsTotal - shown.length;
  return [
    `#### ${titleOf(view, reported)}`,
    `${reachOf(view, reported)} · ${text.category[rule.category]} · ${code(rule.id)}`,
    [...shown.map((finding) => item(view, finding)), ...(rest > 0 ? [`- ${text.more(rest)}`] : [])].join("\n"),
    ...(rule.fix === "" ? [] : [`**${text.fix}:** ${prose(rule.fix)}`]),
  ].join("\n\n");
}

const inOneLine = (view: View, reported: ReportedRule): string =>
  `**${titleOf(view, reported)}** · ${view.text.findings(reported.findingsTotal)} · ${code(reported.rule.id)}`;

const titleOf = ({ text }: View, { severity, rule }: ReportedRule): string => `${text.severity[severity]}: ${prose(rule.title)}`;

/** One line for one finding. Everything fetched in it is code, or prose that calls nobody. */
function item({ report, text }: View, { pageUrl, message, evidence, evidenceTotal }: Finding): string {
  const page = pageUrl === null ? text.wholeSite : link(pageUrl, clipped(nameOfPage(pageUrl, report.audit.url), nameCharacters));
  const seen = evidence.filter((one) => one !== pageUrl).slice(0, evidenceShown);
  const rest = evidenceTotal - seen.length;
  const proof = [...seen.map((one) => code(clipped(one, nameCharacters))), ...(seen.length > 0 && rest > 0 ? [text.more(rest)] : [])];
  return `- ${page}: ${prose(clipped(message, messageCharacters))}${proof.length > 0 ? ` ${proof.join(", ")}` : ""}`;
}

const notes = ({ report, text }: View): string =>
  [`### ${text.notes}`, report.notes.map((note) => `- ${prose(clipped(note, noteCharacters))}`).join("\n")].join("\n\n");
