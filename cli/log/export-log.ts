import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { LogReader } from "../../client/index.ts";
import { jsonSpelling, plainSpelling, withoutCommands } from "../ci-commands.ts";
import { CommandError } from "../errors.ts";
import { checkWritable } from "../files/writing.ts";
import { printableLines } from "../printable-lines.ts";
import { tell } from "../tell.ts";
import { type Terminal, write } from "../terminal.ts";
import type { LogTask } from "./log-options.ts";

type ExportTask = Extract<LogTask, { kind: "export" }>;

/** A file that cannot be written is told before the server is asked: each export is an entry of the log. Throws `UsageError`. */
export async function checkExport({ file }: ExportTask): Promise<void> {
  if (file !== undefined) await checkWritable("log", file);
}

/** Writes all entries: to a file as they come, to standard output in a way that neither a terminal nor CI takes for anything but text. */
export async function exportLog(log: LogReader, { filters, format, file }: ExportTask, terminal: Terminal): Promise<void> {
  const chunks = await begun(log.export(format, filters, terminal.signal));
  if (file !== undefined) {
    await pipeline(chunks, createWriteStream(file)).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError(`The log is not complete in ${file} (${reason}). Run the command again.`, { cause });
    });
    return tell(terminal, `The log is in ${file}`);
  }
  const spelling = format === "ndjson" ? jsonSpelling : plainSpelling;
  for await (const lines of wholeLines(chunks)) await write(terminal.stdout, withoutCommands(printableLines(lines), spelling));
}

/** The same chunks once the first is there: what the server refuses, it refuses before a file is touched. */
async function begun(chunks: AsyncGenerator<Uint8Array, void>): Promise<AsyncGenerator<Uint8Array, void>> {
  const first = await chunks.next();
  return (async function* all() {
    if (first.done !== true) yield first.value;
    yield* chunks;
  })();
}

/** Text as it comes, cut at the ends of lines only: a command to CI could begin in one piece and end in the next. */
async function* wholeLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    if (end > 0) yield text.slice(0, end);
  }
  const last = rest + decoder.decode();
  if (last !== "") yield last;
}
