import { permissions } from "../../shared/platform/index.ts";
import { runAction, usageLines } from "../action.ts";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags } from "../flags.ts";
import { actions } from "../keys/actions.ts";
import { graceFlags, listFlags, reachFlags } from "../keys/key-options.ts";
import { accountFlags } from "../sign-in/account-flags.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha keys: the API keys of a workspace, for programs

Usage
${usageLines("keys", actions)}

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
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name = "", ...rest] = args;
  if (isAction(name) && !("grace" in actions[name].flags) && rest.some((arg) => /^--grace(?:=|$)/.test(arg))) {
    throw new UsageError(`--grace is an option of rotate: mentha keys ${actions.rotate.usage} --grace TIME`);
  }
  return runAction("keys", actions, args, terminal);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}
