import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { ApiClient } from "../../client/index.ts";
import { idPattern, type Language, languages, secondMs } from "../../shared/platform/index.ts";
import type { ReportSummary, StakeholderReport } from "../../shared/reports/index.ts";
import type { Action } from "../action.ts";
import type { Answer } from "../answer.ts";
import { CommandError, UsageError } from "../errors.ts";
import { checkWritable } from "../files/writing.ts";
import { choiceOf, numberOf, refuseMore } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { agrees, deleteFlags, requireSomebody } from "../sure.ts";
import { listing, table, timeText } from "../table.ts";
import { tell } from "../tell.ts";
import type { Terminal } from "../terminal.ts";

const formats = ["pdf", "md"] as const;
const askedEveryMs = 2 * secondMs;

const projectFlag = { project: { value: "ID", help: "About this project alone (prj_…)" } } as const satisfies Record<string, Flag>;
const createFlags = {
  ...projectFlag,
  days: { value: "NUMBER", help: "How many days it looks back, 366 at most (default: 7)" },
  send: { help: "Tell members and endpoints once it is ready" },
  wait: { help: "Wait until it is ready" },
} as const satisfies Record<string, Flag>;
const readFlags = { lang: { value: "LANGUAGE", help: `Language: ${languages.join(" or ")} (default: en)` } } as const satisfies Record<string, Flag>;
const downloadFlags = {
  ...readFlags,
  format: { value: "FORMAT", help: "pdf or md (default: pdf)" },
  out: { value: "FILE", help: "Where to (default: mentha-report.pdf or .md)" },
} as const satisfies Record<string, Flag>;

export const actions = {
  list: {
    usage: "list",
    summary: "Show the reports of the workspace, newest first",
    flags: projectFlag,
    prepare: (given) => {
      refuseMore(given, 0);
      const projectId = projectOf(given);
      return async (client, { signal }) => {
        const found: ReportSummary[] = [];
        for await (const report of client.listReports(projectId === undefined ? {} : { projectId }, signal)) found.push(report);
        return found.length === 0 ? { text: "", json: found, note: "No reports yet." } : { text: reportTable(found), json: found };
      };
    },
  },
  show: {
    usage: "show REPORT",
    summary: "Show what a report says, as Markdown",
    flags: readFlags,
    prepare: (given) => {
      const [id, language] = [idOf(given), languageOf(given)];
      return async (client, { signal }) => {
        const report = await client.getReport(id, signal);
        return { text: report.state === "ready" ? await client.getReportMarkdown(id, language, signal) : details(report), json: report };
      };
    },
  },
  create: {
    usage: "create",
    summary: "Have a report made; standard output is its id and nothing else",
    flags: createFlags,
    prepare: (given) => {
      refuseMore(given, 0);
      const [projectId, days] = [projectOf(given), numberOf(given, "days")];
      const input = { ...(projectId === undefined ? {} : { projectId }), ...(days === undefined ? {} : { days }), send: given.has("send") };
      return async (client, terminal) => {
        const asked = await client.createReport(input);
        const report = given.has("wait") ? await untilMade(client, asked, terminal) : asked;
        return { text: `${report.id}\n`, json: report, note: `The report ${report.id} is ${report.state === "ready" ? "ready" : "being made"}.` };
      };
    },
  },
  download: {
    usage: "download REPORT",
    summary: "Save a report as PDF or Markdown",
    flags: downloadFlags,
    prepare: (given) => {
      const [id, language, format] = [idOf(given), languageOf(given), choiceOf(given, "format", formats) ?? "pdf"];
      const file = given.get("out") ?? `mentha-report.${format}`;
      return async (client, { signal }) => {
        await checkWritable("report", file);
        const bytes = format === "pdf" ? client.getReportPdf(id, language, signal) : textBytes(await client.getReportMarkdown(id, language, signal));
        await save(bytes, file);
        return { text: "", json: { id, file }, note: `The report is in ${file}` };
      };
    },
  },
  delete: {
    usage: "delete REPORT",
    summary: "Delete a report with its PDFs, for good",
    flags: deleteFlags,
    prepare: (given) => {
      const id = idOf(given);
      return (client, terminal) => remove(client, id, given.has("yes"), terminal);
    },
  },
} as const satisfies Record<string, Action>;

function idOf(given: Parsed<string>): string {
  const [id] = given.positionals;
  if (id === undefined) throw new UsageError("Say which report: mentha reports list shows their ids");
  refuseMore(given, 1);
  if (!idPattern("report").test(id)) throw new UsageError(`"${id}" is no id of a report (rpt_ and 26 characters); mentha reports list shows them`);
  return id;
}

function projectOf(given: Parsed<string>): string | undefined {
  const id = given.get("project");
  if (id !== undefined && !idPattern("project").test(id)) throw new UsageError(`--project: "${id}" is no id of a project (prj_ and 26 characters)`);
  return id;
}

const languageOf = (given: Parsed<string>): Language => choiceOf(given, "lang", languages) ?? "en";

async function remove(client: ApiClient, id: string, isSure: boolean, terminal: Terminal): Promise<Answer> {
  requireSomebody(terminal, isSure, "Say --yes to delete it.");
  if (!isSure && !(await agrees(terminal, `Delete the report ${id} with its PDFs?`))) {
    return { text: "", json: { id, isDeleted: false }, note: "Nothing is deleted." };
  }
  await client.deleteReport(id);
  return { text: "", json: { id, isDeleted: true }, note: `The report ${id} is deleted.` };
}

async function untilMade(client: ApiClient, asked: ReportSummary, terminal: Terminal): Promise<StakeholderReport> {
  const { signal } = terminal;
  await tell(terminal, `Waiting for the report ${asked.id}, which takes moments; Ctrl-C ends the waiting, not the report.`);
  for (;;) {
    const report = await client.getReport(asked.id, signal);
    if (report.state === "failed") throw new CommandError(failureText(report));
    if (report.state === "ready") return report;
    await new Promise((resolve) => setTimeout(resolve, askedEveryMs));
    signal.throwIfAborted();
  }
}

/** Why there is none; what went wrong with the work itself only operators see. */
function failureText({ id, failure }: ReportSummary): string {
  if (failure === "project-gone") return `The report ${id} could not be made: its project was deleted.`;
  return `The report ${id} could not be made (${failure ?? "not-made"}). Ask for another one; an operator sees why under GET /api/admin/jobs?type=report.make`;
}

async function save(bytes: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  // What the server refuses, it refuses before a file is touched.
  const all = bytes[Symbol.asyncIterator]();
  const first = await all.next();
  const rest = { [Symbol.asyncIterator]: () => all };
  const chunks = (async function* everything() {
    if (first.done !== true) yield first.value;
    yield* rest;
  })();
  await pipeline(chunks, createWriteStream(file)).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`The report is not complete in ${file} (${reason}). Run the command again.`, { cause });
  });
}

async function* textBytes(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text);
}

const about = ({ projectId }: ReportSummary): string => projectId ?? "all projects";

function reportTable(reports: readonly ReportSummary[]): string {
  const lines = reports.map((report) => [report.id, report.state, timeText(report.from), timeText(report.to), about(report), report.isSent ? "yes" : "no"]);
  return table(["report", "state", "from", "to", "about", "sent"], lines);
}

const details = (report: ReportSummary): string =>
  listing([
    ["report", report.id],
    ["state", report.failure === null ? report.state : `${report.state} (${report.failure})`],
    ["about", about(report)],
    ["from", timeText(report.from)],
    ["to", timeText(report.to)],
  ]);
