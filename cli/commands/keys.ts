import { permissions } from "../../shared/platform/index.ts";
import { give } from "../answer.ts";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { type Action, actions } from "../keys/actions.ts";
import { graceFlags, listFlags, reachFlags } from "../keys/key-options.ts";
import { nearest } from "../nearest.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import type { Terminal } from "../terminal.ts";

const names = Object.keys(actions).filter(isAction);
const width = Math.max(...names.map((name) => actions[name].usage.length)) + 2;

export const help = `mentha keys: the API keys of a workspace, for programs

Usage
${names.map((name) => `  mentha keys ${actions[name].usage.padEnd(width)}${actions[name].summary}`).join("\n")}

Options of create and edit
${describeFlags(reachFlags)}

Permissions
${permissions.map((name) => `  ${name}`).join("\n")}

Option of list
${describeFlags(listFlags)}

Option of rotate
${describeFlags(graceFlags)}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done

Examples
  mentha keys create --name CI --scope audits:read --scope audits:write --expires 90d
  mentha keys create --name Nightly --scope audits:write --ip 203.0.113.0/24 > key.txt
  mentha keys edit mk_live_4hT0x9Qz --expires never --ip any
  mentha keys rotate mk_live_4hT0x9Qz --grace 1d
`;

/** `mentha keys`: lists, makes, shows, edits, revokes and rotates API keys. */
export async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (name === undefined) throw new UsageError(`Say what to do with keys: ${names.join(", ")}`);
  if (!isAction(name)) throw new UsageError(unknownAction(name));
  const { flags, prepare }: Action = actions[name];
  if (!("grace" in flags) && args.some((arg) => /^--grace(?:=|$)/.test(arg))) {
    throw new UsageError(`--grace is an option of rotate: mentha keys ${actions.rotate.usage} --grace TIME`);
  }
  const given = parseFlags<string>(args, { ...flags, ...accountFlags });
  const work = prepare(given, Date.now());
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  return give(await asAccount(account, terminal, work), given.has("json"), terminal);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}

function unknownAction(name: string): string {
  const guess = nearest(name, names);
  return `mentha keys does not know "${name}". ${guess === undefined ? `It knows ${names.join(", ")}.` : `Did you mean ${guess}?`}`;
}
