import { give } from "../answer.ts";
import { UsageError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { describeFlags, type Flag, parseFlags } from "../flags.ts";
import { nearest } from "../nearest.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import type { Terminal } from "../terminal.ts";
import type { Action } from "../webhooks/action.ts";
import { actions } from "../webhooks/actions.ts";
import { settingFlags } from "../webhooks/setting-options.ts";

const names = Object.keys(actions).filter(isAction);
const width = Math.max(...names.map((name) => actions[name].usage.length)) + 2;

/** The options that an action alone has. */
function ownFlags(name: keyof typeof actions): Readonly<Record<string, Flag>> {
  return Object.fromEntries(Object.entries<Flag>(actions[name].flags).filter(([flag]) => !Object.hasOwn(settingFlags, flag)));
}

const ownOptions = names.flatMap((name) => {
  const flags = ownFlags(name);
  return Object.keys(flags).length === 0 ? [] : [`Options of ${name}\n${describeFlags(flags)}`];
});

export const help = `mentha webhooks: where a workspace's events are sent, and what became of that

Usage
${names.map((name) => `  mentha webhooks ${actions[name].usage.padEnd(width)}${actions[name].summary}`).join("\n")}

An endpoint is named by its id (whk_…) or its name, a delivery by its id (dlv_…).

Options of create and edit
${describeFlags(settingFlags)}

${ownOptions.join("\n\n")}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done, or a test did not arrive

Examples
  mentha webhooks create --name Shop --url https://shop.example/hooks --events audit.completed,finding.opened > secret.txt
  mentha webhooks create --name Team --kind slack --from slack.json --events '*' --filter 'data.severity = "error"'
  mentha webhooks edit Shop --events audit.completed --throttle 60/1m --no-filter
  mentha webhooks test Shop
  mentha webhooks deliveries Shop --state failed
  mentha webhooks replay Shop --since 2d
`;

/** `mentha webhooks`: lists, makes, changes and tests endpoints, and sends again what did not arrive. */
export async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (name === undefined) throw new UsageError(`Say what to do with webhooks: ${names.join(", ")}`);
  if (!isAction(name)) throw new UsageError(unknownAction(name));
  const { flags, prepare }: Action = actions[name];
  const given = parseFlags<string>(args, { ...flags, ...accountFlags });
  const work = prepare(given, Date.now());
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const { isFailure = false, ...answer } = await asAccount(account, terminal, (client) => work(client, terminal));
  const code = await give(answer, given.has("json"), terminal);
  return isFailure ? exitCodes.notDone : code;
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}

function unknownAction(name: string): string {
  const guess = nearest(name, names);
  return `mentha webhooks does not know "${name}". ${guess === undefined ? `It knows ${names.join(", ")}.` : `Did you mean ${guess}?`}`;
}
