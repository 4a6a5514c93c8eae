import type { ApiClient } from "../../client/index.ts";
import { printableJson, type Report, renderReportText } from "../../shared/audits/index.ts";
import { writeText } from "../files/writing.ts";
import { columnsOf, type Terminal, write } from "../terminal.ts";
import type { Output } from "./outputs.ts";

/** Writes a report to each of the outputs, and says on stderr which files there are. Throws `AuditError` for a file that cannot be written. */
export async function deliver(client: ApiClient, report: Report, outputs: readonly Output[], { stdout, stderr }: Terminal): Promise<void> {
  const texts = new Map<Output, string>();
  // All before the first is written: a server that fails, or Ctrl-C, leaves none rather than some.
  for (const output of outputs) texts.set(output, output.format === "text" ? onPaper(report, output.file, stdout) : await other(client, report, output.format));
  for (const [{ file }, text] of texts) {
    if (file === undefined) {
      await write(stdout, text);
      continue;
    }
    await writeText("report", file, text);
    await write(stderr, `The report is in ${file}\n`);
  }
}

function onPaper(report: Report, file: string | undefined, stdout: Terminal["stdout"]): string {
  const onScreen = file === undefined && stdout.isTTY;
  return renderReportText(report, { width: onScreen ? columnsOf(stdout) : 80, color: onScreen && stdout.hasColors() });
}

/** JSON is the report as it was read; the server renders the rest. */
async function other(client: ApiClient, report: Report, format: Exclude<Output["format"], "text">): Promise<string> {
  return format === "json" ? `${printableJson(report)}\n` : client.report(report.audit.id, format, report.language);
}
