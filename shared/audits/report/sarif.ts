import { printable, sha256Hex } from "../../platform/index.ts";
import { listRules } from "../list-rules.ts";
import type { StoredFinding } from "../queries.ts";
import type { RuleInfo } from "../schemas.ts";
import { exportWords } from "./export-words.ts";
import { type SarifLocation, sarifPlaces } from "./sarif-location.ts";
import { sarifLevels, sarifRule, sarifText } from "./sarif-rules.ts";
import type { Report } from "./schemas.ts";
import { sitePath } from "./site-path.ts";
import { type View, viewOf } from "./view.ts";

/** As many results as GitHub shows of a file. */
const sarifResults = 5_000;

const evidenceShown = 5;
const evidenceCharacters = 500;

/**
 * A report as SARIF 2.1.0, in the form that GitHub's code scanning takes: every rule, and the first 5,000 findings. They are read from
 * `findings`, worst first, only as far as needed. The text comes in pieces, since so many results can be long together.
 */
export async function* sarif(report: Report, findings: AsyncIterable<readonly StoredFinding[]>): AsyncGenerator<string, void> {
  const view = viewOf(report);
  const rules = rulesOf(report);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const places = sarifPlaces(report.audit.url);
  yield `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[${JSON.stringify(aboutRun(report, rules)).slice(0, -1)},"results":[`;
  let written = 0;
  for await (const some of findings) {
    const shown = some.slice(0, sarifResults - written);
    const results = await Promise.all(shown.map((one) => resultOf(view, one, { location: places.locate(one.pageUrl), ruleIndex: indexes.get(one.ruleId) })));
    yield results.map((result, i) => `${written + i === 0 ? "" : ","}\n${JSON.stringify(result)}`).join("");
    written += results.length;
    if (written >= sarifResults) break;
  }
  const end = { originalUriBaseIds: places.bases(), invocations: [invocation(view, written)] };
  yield `\n],${JSON.stringify(end).slice(1)}]}\n`;
}

function aboutRun({ audit, language, mentha }: Report, rules: readonly RuleInfo[]): object {
  return {
    tool: { driver: { name: "Mentha", version: mentha, semanticVersion: mentha, rules: rules.map((rule) => sarifRule(rule, language)) } },
    // GitHub takes what is before the last slash for the kind of analysis: each replaces the one before of the same site.
    automationDetails: { id: `mentha/${new URL(audit.url).host}/${audit.id}` },
    language,
  };
}

/** The whole catalogue, so that rules without findings count as passed, and rules that were withdrawn but have findings. */
function rulesOf({ rules, language }: Report): RuleInfo[] {
  const catalogue = listRules(language);
  const known = new Set(catalogue.map(({ id }) => id));
  return [...catalogue, ...rules.map(({ rule }) => rule).filter(({ id }) => !known.has(id))];
}

interface Place {
  readonly location: SarifLocation;
  /** Undefined for a rule whose first finding came while the report was written. */
  readonly ruleIndex: number | undefined;
}

async function resultOf({ report, text }: View, { ruleId, severity, pageUrl, message, evidence, evidenceTotal }: StoredFinding, place: Place): Promise<object> {
  const seen = evidence.filter((item) => item !== pageUrl).slice(0, evidenceShown);
  const rest = evidenceTotal - seen.length;
  const lines = [
    message,
    ...(pageUrl === null ? [] : [`${text.page}: ${pageUrl}`]),
    ...seen.map((item) => `– ${item.slice(0, evidenceCharacters)}`),
    ...(seen.length > 0 && rest > 0 ? [text.more(rest)] : []),
  ];
  return {
    ruleId,
    ...(place.ruleIndex === undefined ? {} : { ruleIndex: place.ruleIndex }),
    level: sarifLevels[severity],
    message: { text: sarifText(lines.map(printable).join("\n")) },
    // A page has no lines, but GitHub wants one.
    locations: [{ physicalLocation: { artifactLocation: place.location, region: { startLine: 1 } } }],
    // The one fingerprint that GitHub looks at. It is the same in every audit, and for every host that the same site is served from.
    partialFingerprints: { primaryLocationLineHash: `${await sha256Hex(`${ruleId}\n${pageUrl === null ? "" : sitePath(pageUrl, report.audit.url)}`)}:1` },
  };
}

function invocation({ report, numbers }: View, written: number): object {
  const { status, startedAt, finishedAt, error } = report.audit;
  const total = report.rules.reduce((sum, { findingsTotal }) => sum + findingsTotal, 0);
  const cut = exportWords[report.language].worstOnly(numbers.count(written), numbers.count(total));
  const notifications = [
    ...(error === undefined ? [] : [{ level: "error", text: error.message }]),
    ...(written < total ? [{ level: "warning", text: cut }] : []),
    ...report.notes.map((note) => ({ level: "note", text: note })),
  ];
  return {
    executionSuccessful: status === "completed",
    ...(startedAt === null ? {} : { startTimeUtc: new Date(startedAt).toISOString() }),
    ...(finishedAt === null ? {} : { endTimeUtc: new Date(finishedAt).toISOString() }),
    toolExecutionNotifications: notifications.map(({ level, text }) => ({ level, message: { text: sarifText(printable(text)) } })),
  };
}
