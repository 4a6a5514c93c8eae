import { askLine } from "./ask.ts";
import { UsageError } from "./errors.ts";
import type { Flag } from "./flags.ts";
import type { Terminal } from "./terminal.ts";

export const deleteFlags = { yes: { help: "Do not ask before deleting" } } as const satisfies Record<string, Flag>;

/** Whether somebody said `--yes`, or could be asked. Throws `UsageError` where neither is so, before anything is asked of a server. */
export function requireSomebody({ stdin }: Pick<Terminal, "stdin">, isSure: boolean, advice: string): void {
  if (!isSure && !stdin.isTTY) throw new UsageError(`Nobody can be asked here. ${advice}`);
}

/** Asks on a terminal; anything but a yes is a no. */
export const agrees = async (terminal: Terminal, question: string): Promise<boolean> =>
  /^y(?:es)?$/i.test((await askLine(terminal, `${question} (yes or no): `)).trim());
