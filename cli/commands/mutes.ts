import { runAction, usageLines } from "../action.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags } from "../flags.ts";
import { actions, addFlags } from "../mutes/actions.ts";
import { accountFlags } from "../sign-in/account-flags.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha mutes: findings that nobody wants to hear of for a while

Usage
${usageLines("mutes", actions)}

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
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return runAction("mutes", actions, args, terminal);
}
