import { give } from "../answer.ts";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { type Action, actions, addFlags } from "../mutes/actions.ts";
import { nearest } from "../nearest.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import type { Terminal } from "../terminal.ts";

const names = Object.keys(actions).filter(isAction);
const width = Math.max(...names.map((name) => actions[name].usage.length)) + 2;

export const help = `mentha mutes: findings that nobody wants to hear of for a while

Usage
${names.map((name) => `  mentha mutes ${actions[name].usage.padEnd(width)}${actions[name].summary}`).join("\n")}

Options of add
${describeFlags(addFlags)}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done

Examples
  mentha mutes add --site shop.example --rule csp-missing --reason "Comes with the new server" --until 90d
  mentha mutes add --audit aud_01k9z8q5v0c3r7t2m4n6p8s1w5 --finding fnd_01k9z8q5v0c3r7t2m4n6p8s1w5 --reason "Known"
  mentha mutes remove mut_01k9z8q5v0c3r7t2m4n6p8s1w5
`;

/** `mentha mutes`: lists, adds and removes mutes. */
export async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (name === undefined) throw new UsageError(`Say what to do with mutes: ${names.join(", ")}`);
  if (!isAction(name)) throw new UsageError(unknownAction(name));
  const { flags, prepare }: Action = actions[name];
  const given = parseFlags<string>(args, { ...flags, ...accountFlags });
  const work = prepare(given, Date.now());
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  return give(await asAccount(account, terminal, (client) => work(client, terminal)), given.has("json"), terminal);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}

function unknownAction(name: string): string {
  const guess = nearest(name, names);
  return `mentha mutes does not know "${name}". ${guess === undefined ? `It knows ${names.join(", ")}.` : `Did you mean ${guess}?`}`;
}
