import { type Language, printable } from "../../platform/index.ts";
import { ruleById } from "../rules/catalogue.ts";
import { ruleInfo } from "../rules/rule-info.ts";
import type { Finding } from "../schemas.ts";
import { exportWords } from "./export-words.ts";
import { words } from "./words.ts";

/**
 * Marks the file as UTF-8. RFC 4180 knows no such mark, but Excel takes a file without one for the Windows code page and shows "Ã¡" for "á".
 * LibreOffice, Numbers and Google Sheets need none and pass over it. Programs are better off with the JSON list of findings.
 */
const byteOrderMark = "\ufeff";

/** The longest cell that Excel takes is 32,767 characters; this leaves room for the quote and for what says how many are left out. */
const evidenceCharacters = 32_000;

/**
 * Findings as CSV (RFC 4180) for spreadsheets: a row of headings, then one row each. Commas separate in every language,
 * as the RFC and all importers have it, although Excel with Spanish settings opens such a file rightly only from its "Data" menu.
 */
export async function* csv(findings: AsyncIterable<readonly Finding[]>, language: Language): AsyncGenerator<string, void> {
  yield byteOrderMark + row(exportWords[language].columns);
  for await (const some of findings) yield some.map((finding) => row(cellsOf(finding, language))).join("");
}

/** In the order of `columns`. */
function cellsOf(finding: Finding, language: Language): string[] {
  const text = words[language];
  const rule = ruleById(finding.ruleId);
  const { title, why, fix, sources } = rule === undefined ? { title: finding.ruleId, why: "", fix: "", sources: [] } : ruleInfo(rule, language);
  const place = [text.severity[finding.severity], text.category[finding.category], finding.ruleId, String(finding.ruleVersion), title];
  const found = [finding.pageUrl ?? text.wholeSite, finding.message, String(finding.evidenceTotal)];
  const advice = [why, fix, sources[0]?.url ?? "", finding.id];
  return [...[...place, ...found].map(printable), evidenceCell(finding, language), ...advice.map(printable)];
}

/** A line for each piece of evidence, as many as a cell holds: the one cell of several lines. */
function evidenceCell({ evidence, evidenceTotal }: Finding, language: Language): string {
  const lines: string[] = [];
  let length = 0;
  for (const item of evidence) {
    length += item.length + 1;
    if (length > evidenceCharacters) break;
    lines.push(printable(item));
  }
  const rest = evidenceTotal - lines.length;
  return [...lines, ...(lines.length > 0 && rest > 0 ? [words[language].more(rest)] : [])].join("\n");
}

const row = (cells: readonly string[]): string => `${cells.map(quoted).join(",")}\r\n`;

/** Every cell is quoted, so that nothing in it can end it. */
const quoted = (cell: string): string => `"${defused(cell).replaceAll('"', '""')}"`;

/**
 * Text that no spreadsheet runs as a formula (OWASP, "CSV Injection"): an apostrophe goes before `=`, `+`, `-`, `@` and their full-width forms.
 * Not only at the start of a cell: a program that is set to another separator, or takes a line end for the end of a row, begins a cell there too.
 * It stands before quotes and spaces, since to such a program `;""=1` is a quoted cell with `=1` in it.
 */
const defused = (text: string): string => text.replace(/(^|[,;|\t\r\n])((?:[^\S\t\r\n]|")*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1'$2");
