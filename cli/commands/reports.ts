import { give } from "../answer.ts";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { nearest } from "../nearest.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import { type Action, actions } from "../stakeholder-reports/actions.ts";
import type { Terminal } from "../terminal.ts";

const names = Object.keys(actions).filter(isAction);
const width = Math.max(...names.map((name) => actions[name].usage.length)) + 2;

const ownOptions = names.flatMap((name) => {
  const flags: Readonly<Record<string, Flag>> = actions[name].flags;
  return Object.keys(flags).length === 0 ? [] : [`Options of ${name}\n${describeFlags(flags)}`];
});

export const help = `mentha reports: what got better and worse, for people who want no details

Usage
${names.map((name) => `  mentha reports ${actions[name].usage.padEnd(width)}${actions[name].summary}`).join("\n")}

${ownOptions.join("\n\n")}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done

Examples
  mentha reports create --days 30 --wait
  mentha reports download rpt_01k9z8q5v0c3r7t2m4n6p8s1w5 --lang es --out informe.pdf
`;

/** `mentha reports`: lists, makes, shows, saves and deletes reports for stakeholders. */
export async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (name === undefined) throw new UsageError(`Say what to do with reports: ${names.join(", ")}`);
  if (!isAction(name)) throw new UsageError(unknownAction(name));
  const { flags, prepare }: Action = actions[name];
  const given = parseFlags<string>(args, { ...flags, ...accountFlags });
  const work = prepare(given);
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  return give(await asAccount(account, terminal, (client) => work(client, terminal)), given.has("json"), terminal);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}

function unknownAction(name: string): string {
  const guess = nearest(name, names);
  return `mentha reports does not know "${name}". ${guess === undefined ? `It knows ${names.join(", ")}.` : `Did you mean ${guess}?`}`;
}
