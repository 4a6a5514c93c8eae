import { printable } from "../../platform/index.ts";
import { categories, type Severity, severities } from "../rules/rule.ts";
import { barOf, clip, type Paint, painter, type Style, wrap } from "./ansi.ts";
import { type Numbers, numbersIn } from "./numbers.ts";
import { nameOfPage } from "./page-name.ts";
import type { Report, ReportedRule } from "./schemas.ts";
import { type Tone, toneOf } from "./tone.ts";
import { wasChecked } from "./was-checked.ts";
import { type Words, words } from "./words.ts";

interface TextOptions {
  /** Columns of the terminal; lines are kept within it where words allow. */
  readonly width: number;
  readonly color: boolean;
}

interface Frame {
  readonly report: Report;
  readonly text: Words;
  readonly numbers: Numbers;
  readonly paint: Paint;
  readonly width: number;
}

const toneStyle: Readonly<Record<Tone, Style>> = { good: "green", fair: "yellow", poor: "red", none: "dim" };
const severityStyle: Readonly<Record<Severity, Style>> = { error: "red", warning: "yellow", info: "blue" };
const severityMark: Readonly<Record<Severity, string>> = { error: "▲", warning: "■", info: "●" };
const problemsShown = 8;
const examplesShown = 3;
const narrowest = 40;
const widest = 100;

/** A report for a terminal: scores, the worst problems with examples and what to do, totals. Plain text unless `color`. */
export function renderReportText(report: Report, { width, color }: TextOptions): string {
  const frame: Frame = {
    report,
    text: words[report.language],
    numbers: numbersIn(report.language),
    paint: painter(color),
    width: Math.max(narrowest, Math.min(widest, width)),
  };
  // What a failed audit saw on its way is no picture of the site: only the reason helps.
  const body = report.audit.status === "failed" ? [] : [scoreBars(frame), problems(frame), totals(frame), notes(frame), readMore(frame)];
  const blocks = [header(frame), ...body];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function header({ report, text, numbers, paint, width }: Frame): string[] {
  const { audit, pages } = report;
  const score = audit.scores?.overall ?? null;
  const tone = toneOf(score);
  const facts = [text.status[audit.status], text.pages(pages.total)];
  if (audit.startedAt !== null && audit.finishedAt !== null) facts.push(text.took(numbers.duration(audit.finishedAt - audit.startedAt)));
  const barWidth = Math.min(40, width - 24);
  const { full, empty } = score === null ? { full: "", empty: "·".repeat(barWidth) } : barOf(score / 100, barWidth);
  const reason = audit.error === undefined ? "" : audit.status === "failed" ? `${audit.error.message} ${text.afterFailure}` : audit.error.message;
  return [
    "",
    `  ${paint("bold", clip(printable(audit.url), width - 2))}`,
    ...row(facts, " · ", width).map((line) => `  ${paint("dim", line)}`),
    ...wrap(printable(reason), width - 2).map((line) => `  ${paint("red", line)}`),
    "",
    `  ${paint("bold", paint(toneStyle[tone], `${score ?? "–"}`.padStart(3)))}  ${paint(toneStyle[tone], full)}${paint("dim", empty)}  ${paint(toneStyle[tone], text.tone[tone])}`,
  ];
}

function scoreBars({ report, text, paint, width }: Frame): string[] {
  const scores = report.audit.scores;
  if (scores === null) return [];
  const judged = categories.flatMap((category) => {
    const score = scores[category];
    if (score === undefined || (score === null && !wasChecked(report, category))) return [];
    return [{ name: text.category[category], score }];
  });
  const nameWidth = Math.max(0, ...judged.map(({ name }) => name.length));
  const barWidth = Math.min(30, width - nameWidth - 10);
  return judged.map(({ name, score }) => {
    if (score === null) return `  ${name.padEnd(nameWidth)}  ${paint("dim", text.infoOnly)}`;
    const { full, empty } = barOf(score / 100, barWidth);
    const figure = String(score).padStart(3);
    const tone = toneOf(score);
    return `  ${name.padEnd(nameWidth)}  ${paint(toneStyle[tone], full)}${paint("dim", empty)} ${tone === "poor" ? paint("red", figure) : figure}`;
  });
}

function problems(frame: Frame): string[] {
  const { report, text, paint } = frame;
  if (report.rules.length === 0) return report.audit.scores === null ? [] : [`  ${paint("green", `✓ ${text.nothingToFix}`)}`];
  const shown = report.rules.slice(0, problemsShown);
  const rest = report.rules.length - shown.length;
  return [
    `  ${paint("bold", text.fixFirst)}`,
    ...shown.flatMap((reported) => ["", ...problem(frame, reported)]),
    ...(rest > 0 ? ["", `  ${paint("dim", text.more(rest))}`] : []),
  ];
}

function problem({ report, text, paint, width }: Frame, { rule, severity, findings, findingsTotal, failing, checked }: ReportedRule): string[] {
  const reach = rule.scope === "site" ? text.ofSite : text.ofPages(failing, checked);
  const examples = findings.slice(0, examplesShown);
  const rest = findingsTotal - examples.length;
  const indent = "      ";
  const room = width - indent.length;
  const heading = wrap(rule.title, width - 4);
  const reachFits = (heading.at(-1) ?? "").length + reach.length + 6 <= width;
  return [
    ...heading.map(
      (line, i) =>
        `  ${paint(severityStyle[severity], i === 0 ? severityMark[severity] : " ")} ${paint("bold", line)}${reachFits && i === heading.length - 1 ? `  ${paint("dim", reach)}` : ""}`,
    ),
    ...(reachFits ? [] : [`    ${paint("dim", reach)}`]),
    ...examples
      .map(({ pageUrl, message }) => (pageUrl === null ? message : nameOfPage(pageUrl, report.audit.url)))
      .map((line) => `${indent}${clip(printable(line), room)}`),
    ...(rest > 0 ? [`${indent}${paint("dim", text.more(rest))}`] : []),
    ...wrap(rule.fix, room - 2).map((line, i) => `    ${paint("cyan", i === 0 ? "→" : " ")} ${line}`),
  ];
}

function totals({ report, text, numbers, paint, width }: Frame): string[] {
  const { counts } = report.audit;
  const found = severities.map((severity) => `${severityMark[severity]} ${numbers.count(counts[severity])} ${text.severities(severity, counts[severity])}`);
  const passed = [`${text.passed}: ${numbers.count(report.passed.length)}`, `${text.notChecked}: ${numbers.count(report.notChecked.length)}`];
  const pages = [
    text.pages(report.pages.total),
    `${text.redirects}: ${numbers.count(report.pages.redirects)}`,
    `${text.failed}: ${numbers.count(report.pages.failed)}`,
  ];
  return [
    ...row(found, "   ", width).map((line) => `  ${paint("bold", line)}`),
    ...[passed, pages].flatMap((parts) => row(parts, " · ", width).map((line) => `  ${paint("dim", line)}`)),
  ];
}

/** Parts on one line, or on a line each where that would be too long. */
function row(parts: readonly string[], separator: string, width: number): readonly string[] {
  const line = parts.join(separator);
  return line.length + 2 <= width ? [line] : parts;
}

const readMore = ({ text, paint, width }: Frame): string[] => wrap(text.readMore, width - 2).map((line) => `  ${paint("dim", line)}`);

function notes({ report, text, paint, width }: Frame): string[] {
  const lines = report.notes.flatMap((note) => wrap(printable(note), width - 4).map((line, i) => `  ${i === 0 ? "·" : " "} ${line}`));
  return [`  ${paint("dim", text.notes)}`, ...lines.map((line) => paint("dim", line))];
}
