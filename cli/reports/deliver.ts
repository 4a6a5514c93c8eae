import type { ApiClient } from "../../client/index.ts";
import { type Report, renderReportText } from "../../shared/audits/index.ts";
import { printableJson } from "../../shared/platform/index.ts";
import { jsonSpelling, markupSpelling, plainSpelling, withoutCommands } from "../ci-commands.ts";
import { writeText } from "../files/writing.ts";
import { printableLines } from "../printable-lines.ts";
import { tell } from "../tell.ts";
import { columnsOf, type Terminal, write } from "../terminal.ts";
import type { Format, Output } from "./outputs.ts";

/** A report for each of the outputs, before the first is written: a server that fails, or Ctrl-C, leaves none rather than some. */
export async function textsOf(client: ApiClient, report: Report, outputs: readonly Output[], terminal: Terminal): Promise<Map<Output, string>> {
  const texts = new Map<Output, string>();
  for (const output of outputs) {
    const { format, file } = output;
    texts.set(output, format === "text" ? onPaper(report, file, terminal.stdout) : await other(client, report, format, terminal.signal));
  }
  return texts;
}

/** Writes the reports, and says on stderr which files there are. Throws `CommandError` for a file that cannot be written. */
export async function deliver(texts: ReadonlyMap<Output, string>, terminal: Terminal): Promise<void> {
  for (const [{ file, format }, text] of texts) {
    if (file === undefined) {
      await write(terminal.stdout, withoutCommands(shown(text, format), spellingOf[format]));
      continue;
    }
    await writeText("report", file, text);
    await tell(terminal, `The report is in ${file}`);
  }
}

/** Text and JSON are ours, printable already and perhaps in colours; the server rendered the others. */
const shown = (text: string, format: Format): string => (format === "text" || format === "json" ? text : printableLines(text));

/** Standard output may be the log of a CI system. */
const spellingOf = {
  text: plainSpelling,
  md: plainSpelling,
  csv: plainSpelling,
  json: jsonSpelling,
  sarif: jsonSpelling,
  html: markupSpelling,
  junit: markupSpelling,
} as const satisfies Record<Format, unknown>;

function onPaper(report: Report, file: string | undefined, stdout: Terminal["stdout"]): string {
  const onScreen = file === undefined && stdout.isTTY === true;
  return renderReportText(report, { width: onScreen ? columnsOf(stdout) : 80, color: onScreen && stdout.hasColors?.() === true });
}

/** JSON is the report as it was read; the server renders the rest. */
async function other(client: ApiClient, report: Report, format: Exclude<Format, "text">, signal: AbortSignal): Promise<string> {
  return format === "json" ? `${printableJson(report)}\n` : client.report(report.audit.id, format, report.language, signal);
}
