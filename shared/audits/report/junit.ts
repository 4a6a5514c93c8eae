import { type Category, categories } from "../rules/rule.ts";
import type { Finding } from "../schemas.ts";
import { exportWords } from "./export-words.ts";
import type { Report, ReportedRule } from "./schemas.ts";
import { reachOf, type View, viewOf } from "./view.ts";
import { xml } from "./xml.ts";

/** What build servers call a test. */
interface Case {
  readonly id: string;
  readonly title: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  /** Its XML, when there is anything to say. */
  readonly inside?: string;
}

interface Suite {
  /** The part of `classname` that stays the same in every language. */
  readonly id: string;
  readonly name: string;
  readonly cases: readonly Case[];
}

/**
 * A report as JUnit XML, in the form that GitLab, Jenkins and GitHub's reporters read: a suite for each category, a test for each rule.
 * A test fails when its rule has findings of severity error. Warnings and info pass, with what was found as the test's output: build servers
 * know nothing between red and green, and a build that is red for advice teaches people to look away. A rule with nothing to check is skipped.
 * Of an audit that did not complete one more test ends in an error, so that no build is green because little was seen.
 */
export function renderReportJunit(report: Report): string {
  const view = viewOf(report);
  const { audit } = report;
  const suites = [...completion(view), ...categories.map((category) => suiteOf(view, category))].filter(({ cases }) => cases.length > 0);
  const seconds = audit.startedAt === null || audit.finishedAt === null ? 0 : (audit.finishedAt - audit.startedAt) / 1_000;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xml(`Mentha: ${audit.url}`)}" ${totals(suites.flatMap(({ cases }) => cases))} time="${seconds}">
${suites.map((suite) => markup(suite, audit.startedAt ?? audit.createdAt)).join("\n")}
</testsuites>
`;
}

function completion({ report }: View): Suite[] {
  const { status, error } = report.audit;
  if (status === "completed") return [];
  const { audit: name, completes, notCompleted } = exportWords[report.language];
  const inside = `<error message="${xml(error?.message ?? notCompleted)}" type="${status}"/>`;
  return [{ id: "audit", name, cases: [{ id: "audit", title: completes, outcome: "error", inside }] }];
}

function suiteOf(view: View, category: Category): Suite {
  const { rules, passed, notChecked } = view.report;
  const inCategory = (rule: { readonly category: Category }): boolean => rule.category === category;
  return {
    id: category,
    name: view.text.category[category],
    cases: [
      ...rules.filter(({ rule }) => inCategory(rule)).map((reported) => caseOf(view, reported)),
      ...passed.filter(inCategory).map(({ id, title }): Case => ({ id, title, outcome: "passed" })),
      ...notChecked.filter(inCategory).map(({ id, title }): Case => ({ id, title, outcome: "skipped", inside: "<skipped/>" })),
    ],
  };
}

function caseOf(view: View, reported: ReportedRule): Case {
  const { rule, severity } = reported;
  const { id, title } = rule;
  const says = xml(`${view.text.severity[severity]}: ${reachOf(view, reported)}`);
  const found = detail(view, reported).map(xml).join("\n");
  if (severity !== "error") return { id, title, outcome: "passed", inside: `<system-out>${says}\n${found}</system-out>` };
  return { id, title, outcome: "failure", inside: `<failure message="${says}" type="${severity}">${found}</failure>` };
}

/** Of one address, and of one message or piece of evidence: the worst report of all rules stays below what the API promises. */
const addressCharacters = 1_000;
const textCharacters = 500;

const clipped = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

/** The pages with what was found there, and how to fix it; as lines. */
function detail({ text }: View, { rule, findings, findingsTotal }: ReportedRule): string[] {
  const lines = findings.flatMap(({ pageUrl, message, evidence, evidenceTotal }: Finding) => {
    const seen = evidence.filter((item) => item !== pageUrl);
    const rest = evidenceTotal - evidence.length;
    const place = clipped(pageUrl ?? text.wholeSite, addressCharacters);
    const proof = [...seen.map((item) => clipped(item, textCharacters)), ...(rest > 0 ? [text.more(rest)] : [])];
    return [`${place}: ${clipped(message, textCharacters)}`, ...proof.map((item) => `    ${item}`)];
  });
  const rest = findingsTotal - findings.length;
  return [...lines, ...(rest > 0 ? [text.more(rest)] : []), ...(rule.fix === "" ? [] : ["", `${text.fix}: ${rule.fix}`])];
}

function markup({ id: suite, name, cases }: Suite, startedAtMs: number): string {
  // Build servers recognise a test by these two from one build to the next, so the id comes before words that may change.
  const tests = cases.map(({ id, title, inside }) => {
    const names = `classname="mentha.${suite}" name="${xml(`${id}: ${title}`)}" time="0"`;
    return inside === undefined ? `<testcase ${names}/>` : `<testcase ${names}>${inside}</testcase>`;
  });
  const at = new Date(startedAtMs).toISOString().slice(0, "2026-01-01T00:00:00".length);
  return `<testsuite name="${xml(name)}" ${totals(cases)} time="0" timestamp="${at}">
${tests.join("\n")}
</testsuite>`;
}

function totals(cases: readonly Case[]): string {
  const count = (outcome: Case["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}"`;
}
