import type { ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";

interface Command {
  readonly help: string;
  readonly main: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;
}

interface Entry {
  readonly summary: string;
  /** Loaded only when it is asked for, so that `--version` and mistakes answer at once. */
  readonly load: () => Promise<Command>;
}

export const commands = {
  audit: { summary: "Audit a site and report what to fix", load: () => import("./audit.ts") },
} as const satisfies Record<string, Entry>;
export type CommandName = keyof typeof commands;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

export const commandNames = Object.keys(commands).filter(isCommand);
