import { printableJson } from "../shared/platform/index.ts";
import { jsonSpelling, withoutCommands } from "./ci-commands.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { printableLines } from "./printable-lines.ts";
import { tell } from "./tell.ts";
import { type Terminal, write } from "./terminal.ts";

/** What a command has to say once it is done. */
export interface Answer {
  /** For standard output, with its line ends. */
  readonly text: string;
  /** The same for programs. */
  readonly json: unknown;
  /** For standard error, where it is in nobody's way. */
  readonly note?: string;
}

/** Writes the answer, as JSON when that was asked for; a server may have put anything into either. */
export async function give({ text, json, note }: Answer, asJson: boolean, terminal: Terminal): Promise<ExitCode> {
  if (note !== undefined) await tell(terminal, note);
  await write(terminal.stdout, asJson ? withoutCommands(`${printableJson(json)}\n`, jsonSpelling) : withoutCommands(printableLines(text)));
  return exitCodes.passed;
}
