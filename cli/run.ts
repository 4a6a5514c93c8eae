import manifest from "../package.json" with { type: "json" };
import { refuseCredentials } from "./address.ts";
import { commandNames, commands, isCommand } from "./commands/index.ts";
import { CommandError, RefusedError, UsageError } from "./errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { nearest } from "./nearest.ts";
import { type Terminal, write } from "./terminal.ts";

const help = `mentha ${manifest.version}: audits web sites for search engines and AI answers

Usage
  mentha <command> [options]

Commands
${commandNames.map((name) => `  ${name.padEnd(12)}${commands[name].summary}`).join("\n")}

Options
  --help      Show this help; after a command, the help of that command
  --version   Show the version

Example
  mentha audit example.com --max-pages 50 --fail-under 85
`;

/** Runs one command line (without `node` and the script). Never throws: what goes wrong is said on stderr and becomes an exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = args;
  try {
    if (first === "--version" || first === "-v") return await say(terminal, `${manifest.version}\n`);
    if (first === "--help" || first === "-h") return await say(terminal, help);
    if (first === undefined) throw new UsageError("Give a command, such as: npx mentha audit example.com");
    if (!isCommand(first)) throw new UsageError(unknownCommand(first));
    const { main, help: commandHelp } = await commands[first].load();
    if (rest.includes("--help") || rest.includes("-h")) return await say(terminal, commandHelp);
    return await main(rest, terminal);
  } catch (thrown) {
    // What fails because of Ctrl-C needs no words; that a file could not be written does.
    if (terminal.signal.aborted && !(thrown instanceof CommandError)) return exitCodes.interrupted;
    const { message, exitCode } = await explained(thrown);
    const helps = exitCode === exitCodes.badUsage && !(thrown instanceof RefusedError);
    const more = helps ? `\nSee npx mentha ${first !== undefined && isCommand(first) ? `${first} ` : ""}--help` : "";
    const { tell } = await import("./tell.ts"); // brings the domain, which help and version do not wait for
    await tell(terminal, `mentha: ${message}${more}`);
    return exitCode;
  }
}

/** What can fail other than the command line is known to code that takes a moment to load. */
async function explained(thrown: unknown): Promise<{ message: string; exitCode: ExitCode }> {
  if (thrown instanceof UsageError) return { message: thrown.message, exitCode: exitCodes.badUsage };
  const { explain } = await import("./explain.ts");
  return explain(thrown);
}

async function say({ stdout }: Terminal, text: string): Promise<ExitCode> {
  await write(stdout, text);
  return exitCodes.passed;
}

function unknownCommand(name: string): string {
  refuseCredentials(name);
  if (/[.:/]/.test(name)) return `"${name}" is not a command. To audit it: npx mentha audit ${name}`;
  const guess = nearest(name, commandNames);
  const hint = guess === undefined ? `Commands: ${commandNames.join(", ")}.` : `Did you mean ${guess}?`;
  return `"${name}" is not a command. ${hint}`;
}
