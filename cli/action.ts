import type { ApiClient } from "../client/index.ts";
import { type Answer, give } from "./answer.ts";
import { UsageError } from "./errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { type Flag, type Parsed, parseFlags } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { findAccount } from "./sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "./sign-in/account-flags.ts";
import { asAccount } from "./sign-in/refusals.ts";
import type { Terminal } from "./terminal.ts";

/** What came of an action. */
export interface Outcome extends Answer {
  /** Whether what was asked for was done and did not succeed, as a test to a receiver that is down. */
  readonly isFailure?: boolean;
}

/** One thing to do with what a command is about, such as `create` of `mentha keys`. */
export interface Action {
  /** What follows the name of the command. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Reads the options, before anything is asked of a server. `now` is in ms since 1970. Throws `UsageError`. */
  readonly prepare: (given: Parsed<string>, now: number) => (client: ApiClient, terminal: Terminal) => Promise<Outcome>;
}
type Actions = Readonly<Record<string, Action>>;

/** The lines of a command's help that say what it can do. */
export function usageLines(command: string, actions: Actions): string {
  const all = Object.values(actions);
  const width = Math.max(...all.map(({ usage }) => usage.length)) + 2;
  return all.map(({ usage, summary }) => `  mentha ${command} ${usage.padEnd(width)}${summary}`).join("\n");
}

/** Does what a command line asks of a command, which bears the name of what it is about, and answers. Throws `UsageError`. */
export async function runAction(command: string, actions: Actions, [name, ...args]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { flags, prepare } = findAction(command, actions, name);
  const given = parseFlags<string>(args, { ...flags, ...accountFlags });
  const work = prepare(given, Date.now());
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const { isFailure = false, ...answer } = await asAccount(account, terminal, (client) => work(client, terminal));
  const code = await give(answer, given.has("json"), terminal);
  return isFailure ? exitCodes.notDone : code;
}

function findAction(command: string, actions: Actions, name: string | undefined): Action {
  const names = Object.keys(actions);
  if (name === undefined) throw new UsageError(`Say what to do with ${command}: ${names.join(", ")}`);
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action !== undefined) return action;
  const guess = nearest(name, names);
  throw new UsageError(`mentha ${command} does not know "${name}". ${guess === undefined ? `It knows ${names.join(", ")}.` : `Did you mean ${guess}?`}`);
}
