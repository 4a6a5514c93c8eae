import { runAction, usageLines } from "../action.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, type Flag } from "../flags.ts";
import { accountFlags } from "../sign-in/account-flags.ts";
import type { Terminal } from "../terminal.ts";
import { actions } from "../webhooks/actions.ts";
import { settingFlags } from "../webhooks/setting-options.ts";

const names = Object.keys(actions).filter(isAction);

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
${usageLines("webhooks", actions)}

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
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return runAction("webhooks", actions, args, terminal);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}
