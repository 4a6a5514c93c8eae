import { csvHead, csvRow, type Language, printable } from "../../platform/index.ts";
import type { StoredFinding } from "../queries.ts";
import { ruleById } from "../rules/catalogue.ts";
import { ruleInfo } from "../rules/rule-info.ts";
import { exportWords } from "./export-words.ts";
import { words } from "./words.ts";

/** The longest cell that Excel takes is 32,767 characters; this leaves room for the quote and for what says how many are left out. */
const evidenceCharacters = 32_000;

/**
 * Findings as CSV (RFC 4180) for spreadsheets: a row of headings, then one row each. Commas separate in every language,
 * as the RFC and all importers have it, although Excel with Spanish settings opens such a file rightly only from its "Data" menu.
 */
export async function* csv(findings: AsyncIterable<readonly StoredFinding[]>, language: Language): AsyncGenerator<string, void> {
  yield csvHead(exportWords[language].columns);
  for await (const some of findings) yield some.map((finding) => csvRow(cellsOf(finding, language))).join("");
}

/** In the order of `columns`. */
function cellsOf(finding: StoredFinding, language: Language): string[] {
  const text = words[language];
  const rule = ruleById(finding.ruleId);
  const { title, why, fix, sources } = rule === undefined ? { title: finding.ruleId, why: "", fix: "", sources: [] } : ruleInfo(rule, language);
  const place = [text.severity[finding.severity], text.category[finding.category], finding.ruleId, String(finding.ruleVersion), title];
  const found = [finding.pageUrl ?? text.wholeSite, finding.message, String(finding.evidenceTotal)];
  const advice = [why, fix, sources[0]?.url ?? "", finding.id];
  return [...[...place, ...found].map(printable), evidenceCell(finding, language), ...advice.map(printable)];
}

/** A line for each piece of evidence, as many as a cell holds: the one cell of several lines. */
function evidenceCell({ evidence, evidenceTotal }: StoredFinding, language: Language): string {
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
